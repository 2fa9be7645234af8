import { formatNode } from "../../../src/circuit/index.ts";
import { InterpBenchError } from "../../../src/errors/index.ts";
import { auditDrawSteps, auditNodes } from "../../../src/evaluation/index.ts";
import { paceSteps } from "../../../src/interventions/index.ts";
import type { PageEffects } from "../../../src/report/index.ts";
import { Key } from "../../../src/rng/index.ts";
import { writtenAt } from "../../../src/transformer/index.ts";
import type { WorkProgress } from "../methods.ts";
import type { CallContext } from "../serve.ts";
import type { EngineState } from "../state.ts";
import { type ModelRef, modelWithCase } from "./models.ts";
import { taskOf } from "./task.ts";

export interface EffectsInput {
  readonly model: ModelRef;
}

/** On how much a page looks: a second or two of a small model. */
const BUDGET = { pairs: 4096, edgePairs: 1, inputs: 1024 } as const;
const SEED = 0;

/** An audit of the nodes of a model. `E_TASK` for a model that is of no case in its shape. */
export async function auditHeld(
  state: EngineState,
  { model }: EffectsInput,
  { onProgress, signal }: CallContext<WorkProgress>,
) {
  const held = modelWithCase(state, model);
  const { case_, transformer } = held;
  const facts = taskOf(state, held);
  if (facts === undefined) {
    throw new InterpBenchError("E_TASK", `the model has not the shape of case "${case_.id}"`);
  }
  const draws = await paceSteps(auditDrawSteps(case_, BUDGET, Key.fromSeed(SEED)), { signal });
  const { tokens, multiplicity, positions } = draws;
  const task = { ...facts, tokens, multiplicity, positions };
  const audit = await auditNodes(transformer, task, draws, {
    backend: await state.backend(),
    signal,
    onProgress: (share) => onProgress({ done: share, total: 1, unit: "nodes" }),
  });
  return { transformer, draws, audit };
}

/** What ablating each node of a model does, as an audit measures it. */
export async function effectsOf(
  state: EngineState,
  input: EffectsInput,
  context: CallContext<WorkProgress>,
): Promise<PageEffects> {
  const { transformer, draws, audit } = await auditHeld(state, input, context);
  const { pairs, inputs, isExhaustive } = draws;
  return {
    pairs: pairs.base.length,
    inputs: inputs.rows.length,
    isExhaustive: isExhaustive.pairs && isExhaustive.inputs,
    nodes: audit.nodes.map(({ node, resample, mean, zero }) => ({
      text: formatNode({ hook: writtenAt(transformer.config, node.hook), head: node.head }),
      resample: resample.share,
      mean: mean.share,
      zero: zero.share,
    })),
  };
}
