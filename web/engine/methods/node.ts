import { parseNode } from "../../../src/circuit/index.ts";
import { logitContributions } from "../../../src/interventions/index.ts";
import { assertHookName, type NamedMatrix, nodeWeights } from "../../../src/transformer/index.ts";
import type { EngineState } from "../state.ts";
import { type ModelRef, modelOf } from "./models.ts";
import { type Numbers, numbers } from "./run.ts";

export interface ContributionsInput {
  readonly model: ModelRef;
  /** Token ids `[pos]`, BOS included. */
  readonly tokens: readonly number[];
}

/** What everything that writes to the residual stream adds to the logits on an input. */
export interface Contributions {
  /** Canonical texts, and `biases`. */
  readonly writers: readonly string[];
  /** `[writer, pos, dVocabOut]`. */
  readonly values: Numbers;
  /** `[pos, dVocabOut]`: their sums, but for a soft cap. */
  readonly logits: Numbers;
}

export async function contributionsOf(
  state: EngineState,
  { model, tokens }: ContributionsInput,
): Promise<Contributions> {
  const { transformer } = modelOf(state, model);
  const found = logitContributions(transformer, await state.backend(), { tokens: [tokens] });
  const { writers, shape, data, logits } = found;
  return {
    writers,
    values: numbers({ shape: shape.slice(1), data }),
    logits: numbers({ shape: shape.slice(2), data: logits }),
  };
}

export interface WeightsInput {
  readonly model: ModelRef;
  /** What writes, as text: `blocks.0.hook_mlp_out`. */
  readonly node: string;
}

/** The weights of a head or MLP between the named directions of a compiled transformer; none of other models. */
export function weightsOf(
  state: EngineState,
  { model, node }: WeightsInput,
): readonly NamedMatrix[] {
  const { transformer, case_ } = modelOf(state, model);
  const labels = case_ && state.compiled(case_.id)?.residualLabels;
  if (labels?.length !== transformer.config.dModel) return [];
  const { hook, head } = parseNode(node);
  assertHookName(transformer.config, hook);
  return nodeWeights(transformer, { hook, head }, labels);
}
