import { type Circuit, type ComputationalGraph, fullGraph } from "../circuit/index.ts";
import {
  type Binding,
  compile,
  type Executable,
  keptPrograms,
  runSteps,
  type Steps,
  sampleInput,
  type Tensor,
  type Values,
} from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  atKeptPositions,
  edgeMaskInputs,
  factoredForward,
  keptPositions,
  logitsNeeded,
  maskName,
  patchName,
  sourceHooks,
  sourcePatchInputs,
  usedInputs,
} from "../transformer/index.ts";
import type { Ablation } from "./ablation/ablation.ts";
import { assertAblation } from "./ablation/needs.ts";
import { getAblation } from "./ablation/registry.ts";
import { resample } from "./ablation/resample.ts";
import { edgePlace } from "./edge-place.ts";
import { type AblatedValues, type FrozenInputs, freezeInputs } from "./input-runs.ts";
import { CLEAN_LOGITS } from "./inputs.ts";
import { assertPairedInputs, type PairedInputs } from "./paired-inputs.ts";
import type { Scope } from "./scope.ts";

/** What is read off the runs of circuits, and what ablated edges carry. */
export interface CircuitRunOptions {
  /** What edges outside the circuit carry. Default `resample`. */
  readonly ablation?: Ablation | string | undefined;
  /** Positions at which edges outside the circuit are ablated; at all others they are intact. Default: all. */
  readonly ablatedAt?: readonly number[] | undefined;
  /**
   * What is read off a run, for each row, from its logits `[keptPos, class]`. It may read the sample
   * input {@link CLEAN_LOGITS}. Default: the logits.
   */
  readonly read?: (logits: Tensor) => Tensor;
  /** What `read` does: runs that read the same share their programs. Default: programs are made anew. */
  readonly readKey?: string;
  /** Values of further sample inputs that `read` introduced. */
  readonly inputs?: Readonly<Record<string, Binding>>;
  /** The same inputs, where other work has frozen them. Default: frozen for these runs. */
  readonly frozen?: FrozenInputs | undefined;
}

/** Runs in which only the edges of a circuit are intact and all others are ablated. */
export interface CircuitRuns {
  /**
   * What is read off the run of a circuit with separate query, key and value inputs, `[row, …]`.
   *
   * Throws `E_CIRCUIT` for edges that the transformer does not have.
   */
  of(circuit: Circuit): Values;
  /** {@link CircuitRuns.of} in steps. */
  inSteps(circuit: Circuit): Steps<Values>;
  /** The same under another ablation, by the same program. Throws `E_TASK` as `assertAblation`. */
  under(ablation: Ablation | string): CircuitRuns;
}

/** The program of all circuits, and what its runs share. */
interface Loaded {
  readonly executable: Executable<"result">;
  readonly shared: Readonly<Record<string, Binding>>;
}

/**
 * Prepares the runs of any circuits of a transformer: one program, made when it is first run.
 * Circuits, and what ablated edges carry, are inputs of its runs.
 *
 * ```ts
 * await withScope(backend, (scope) => {
 *   const runs = prepareCircuitRuns(scope, task, { ablation: "mean" });
 *   return circuits.map(runs.of); // logits [row, keptPos, class]
 * });
 * ```
 *
 * Throws `E_TASK` for inputs that do not fit together or lack what the ablation needs, `E_ABLATION` for
 * names that are not known.
 */
export function prepareCircuitRuns(
  scope: Scope,
  inputs: PairedInputs,
  {
    ablation = resample,
    ablatedAt,
    read,
    readKey,
    inputs: further = {},
    frozen,
  }: CircuitRunOptions = {},
): CircuitRuns {
  assertPairedInputs(inputs);
  const { transformer, rows, positions, cleanTokens } = inputs;
  const { config } = transformer;
  const graph = fullGraph(config);
  const sources = sourceHooks(config);
  const { weights, runs } = frozen ?? freezeInputs(scope, inputs);
  const reads = read === undefined ? "logits" : readKey;
  const made = () => {
    const tokens = sampleInput("tokens", [positions]);
    const { logits } = factoredForward(config, weights.tensors, tokens, {
      masks: edgeMaskInputs(config),
      patches: sourcePatchInputs(config, positions),
      maskedAt: ablatedAt,
      logitsAt: logitsNeeded(inputs),
    });
    const kept = atKeptPositions(inputs, logits);
    return compile({ outputs: { result: read?.(kept) ?? kept } });
  };
  function* load(): Steps<Loaded> {
    const program = keptPrograms.kept(
      weights.key &&
        reads &&
        `circuits ${reads} ${positions} ${keptPositions(inputs)} ${ablatedAt ?? "all"} ${weights.key}`,
      made,
      ({ order }) => order.length,
    );
    const executable = scope.load(program);
    const needsClean = program.inputs.has(CLEAN_LOGITS);
    const shared = {
      ...weights.bindings,
      ...further,
      ...(needsClean ? { [CLEAN_LOGITS]: (yield* runs.clean()).logits } : {}),
      tokens: scope.buffer(cleanTokens),
    };
    return { executable, shared };
  }
  let loaded: Loaded | undefined;
  const under = (choice: Ablation | string): CircuitRuns => {
    const ablation = getAblation(choice);
    assertAblation(inputs, ablation);
    let carried: AblatedValues | undefined;
    function* inSteps(circuit: Circuit): Steps<Values> {
      assertEdges(graph, circuit);
      carried ??= yield* runs.ablated(ablation, sources);
      loaded ??= yield* load();
      const { executable, shared } = loaded;
      const patches = sources.map((hook) => [patchName(hook), carried!.get(hook)!]);
      const bindings = usedInputs(executable.program, {
        ...shared,
        ...Object.fromEntries(patches),
      });
      const scalars = edgeMasks(graph, circuit);
      return (yield* executable.runInSteps({ batch: rows, inputs: bindings, scalars })).result;
    }
    return { of: (circuit) => runSteps(inSteps(circuit)), inSteps, under };
  };
  return under(ablation);
}

function assertEdges(graph: ComputationalGraph, circuit: Circuit): void {
  const foreign = [...circuit.edges.keys()].find((text) => !graph.indexOf.has(text));
  if (foreign === undefined) return;
  throw new InterpBenchError("E_CIRCUIT", "the circuit has an edge that the model does not have", {
    received: foreign,
    expected: `one of the ${graph.edges.length} edges with q, k and v inputs`,
    hint: "Use expandToQkv on circuits at head granularity.",
  });
}

/** The masks of the factored forward pass that keep the edges of a circuit: 1 intact, 0 cut. */
export function edgeMasks(graph: ComputationalGraph, circuit: Circuit): Record<string, number[]> {
  const masks: Record<string, number[]> = {};
  for (const edge of graph.edges) {
    const { hook, at } = edgePlace(graph, edge);
    const name = maskName(hook);
    masks[name] ??= [];
    masks[name][at] = circuit.edges.has(edge.text) ? 1 : 0;
  }
  return masks;
}
