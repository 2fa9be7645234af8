import {
  type Circuit,
  circuitOf,
  fullGraph,
  graphCircuit,
  parseEdge,
} from "../../../src/circuit/index.ts";
import {
  type PairedInputs,
  prepareCircuitRuns,
  withScope,
} from "../../../src/interventions/index.ts";
import { assertHookName, type HookName, run, tokenTable } from "../../../src/transformer/index.ts";
import type { EngineState } from "../state.ts";
import { type ModelRef, modelOf } from "./models.ts";

/** Values of a tensor: row-major `data` under `shape`. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface RunInput {
  readonly model: ModelRef;
  /** Token ids `[row, pos]`, BOS included; rows have one length. */
  readonly tokens: readonly (readonly number[])[];
  /** Hook points to keep: `blocks.0.attn.hook_pattern`. Default: none. */
  readonly capture?: readonly string[];
}

export interface RunOutput {
  /** `[row, pos, dVocabOut]`. */
  readonly logits: Numbers;
  /** By hook point, `[row, …]`: patterns are `[row, head, query, key]`. */
  readonly at: Readonly<Record<string, Numbers>>;
}

export interface AblateInput {
  readonly model: ModelRef;
  readonly tokens: readonly (readonly number[])[];
  /** The input that each row takes values from, under `resample`. */
  readonly other?: readonly (readonly number[])[];
  /** What is cut: all edges out of these nodes (as the edges of the graph name their writers) … */
  readonly nodes?: readonly string[];
  /** … and these edges, with q, k and v inputs told apart. */
  readonly edges?: readonly string[];
  /** What cut edges carry: `resample`, `zero`, `mean`, `meanPositional`. */
  readonly ablation: string;
}

export interface Ablated {
  /** `[row, pos, dVocabOut]`, nothing cut. */
  readonly clean: Numbers;
  /** The same with the edges cut. */
  readonly ablated: Numbers;
}

/** Ordinary runs of a model. */
export async function runModel(
  state: EngineState,
  { model, tokens, capture = [] }: RunInput,
): Promise<RunOutput> {
  const { transformer } = modelOf(state, model);
  const hooks = capture.map((hook): HookName => {
    assertHookName(transformer.config, hook);
    return hook;
  });
  const { logits, cache } = run(transformer, await state.backend(), { tokens, capture: hooks });
  return {
    logits: numbers(logits),
    at: Object.fromEntries(Array.from(cache, ([hook, values]) => [hook, numbers(values)])),
  };
}

/** Runs with parts of the model cut, beside the ordinary ones. */
export async function ablateModel(
  state: EngineState,
  { model, tokens, other, nodes = [], edges = [], ablation }: AblateInput,
): Promise<Ablated> {
  const { transformer, case_ } = modelOf(state, model);
  const { config } = transformer;
  const positions = tokens[0]?.length ?? 0;
  const inputs: PairedInputs = {
    transformer,
    rows: tokens.length,
    positions,
    cleanTokens: tokenTable(config, tokens),
    ...(other === undefined ? {} : { corruptedTokens: tokenTable(config, other) }),
    ...(case_ === undefined ? {} : { categorical: case_.categorical }),
    outputPositions: "all",
  };
  const shape = [tokens.length, positions, config.dVocabOut];
  return withScope(await state.backend(), (scope) => {
    const runs = prepareCircuitRuns(scope, inputs, { ablation });
    const whole = graphCircuit(fullGraph(config));
    return {
      clean: numbers({ shape, data: runs.of(whole) }),
      ablated: numbers({ shape, data: runs.of(without(whole, nodes, edges)) }),
    };
  });
}

/** A circuit without all edges that nodes write to, and without some edges. */
function without(circuit: Circuit, nodes: readonly string[], edges: readonly string[]): Circuit {
  const [writers, cut] = [new Set(nodes), new Set(edges)];
  const kept = [...circuit.edges.keys()].filter(
    (text) => !cut.has(text) && !writers.has(text.slice(0, text.indexOf("->"))),
  );
  return circuitOf(kept.map(parseEdge), circuit.nodes.values());
}

export function numbers({
  shape,
  data,
}: {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}): Numbers {
  return { shape, data: Float32Array.from(data) };
}
