import type { ComputationalGraph } from "../../circuit/index.ts";
import {
  type Binding,
  batchSum,
  mul,
  reshape,
  type Shape,
  sizeOf,
  slice,
  type Tensor,
} from "../../engine/index.ts";
import {
  type Ablation,
  CLEAN_LOGITS,
  freezeWeights,
  type GraphWeights,
  namedInputs,
  prepareInputRuns,
  ROW_WEIGHT,
  rowWeights,
  runInput,
  runSteps,
  type Scope,
  type Steps,
  sampleInputs,
} from "../../interventions/index.ts";
import {
  atKeptPositions,
  type HookName,
  hookShape,
  logitsNeeded,
  type TransformerConfig,
} from "../../transformer/index.ts";
import { assertFiniteTask } from "../run/finite.ts";
import { type DiscoveryTask, keptTargets } from "../task/task.ts";
import { assertObjective, LABELS_NEED, type MaskObjective, maskedLoss } from "./objective.ts";
import type { MaskScheme } from "./scheme.ts";

/** A mask tensor's place in the vector of all masks. */
export interface MaskSlot {
  readonly hook: HookName;
  readonly shape: Shape;
  readonly start: number;
  readonly end: number;
}

/** The places of all mask tensors of a scheme, one after the other. */
export function maskSlots(scheme: MaskScheme, config: TransformerConfig): MaskSlot[] {
  let start = 0;
  return [...scheme.maskShapes(config)].map(([hook, shape]) => {
    const slot = { hook, shape, start, end: start + sizeOf(shape) };
    start = slot.end;
    return slot;
  });
}

/** How many masks a scheme has. */
export function maskCount(scheme: MaskScheme, config: TransformerConfig): number {
  return maskSlots(scheme, config).at(-1)?.end ?? 0;
}

/** Runs of a task under masks, prepared: one forward pass. */
export interface MaskedRun {
  /** The number of masks. */
  readonly count: number;
  /**
   * The distance from the target, mean over the rows, `[]`, shared. Reads {@link MaskedRun.inputs}.
   *
   * @param masks `[mask]`, as {@link maskSlots} has them: 1 keeps, 0 ablates; the same for all rows, or
   * each row's own
   */
  distance(masks: Tensor): Tensor;
  /**
   * What a distance reads and what never changes, in buffers: weights, tokens, what runs are compared
   * with, and what masked places carry.
   */
  readonly inputs: Readonly<Record<string, Binding>>;
  /** What of it is other for a run on these rows alone, all of which count alike. */
  inputsOf(rows: Uint32Array): Readonly<Record<string, Binding>>;
}

/**
 * Prepares {@link MaskedRun}s of a task.
 *
 * Throws `E_LOSS` for an objective that does not fit, `E_TASK` for missing targets or corrupted inputs,
 * `E_NUMBER` where an ordinary run is not finite.
 */
export function prepareMaskedRun(
  scope: Scope,
  task: DiscoveryTask,
  scheme: MaskScheme,
  objective: MaskObjective,
  ablation: Ablation,
): MaskedRun {
  return runSteps(maskedRunInSteps(scope, task, scheme, objective, ablation));
}

/** {@link prepareMaskedRun} in steps. */
export function* maskedRunInSteps(
  scope: Scope,
  task: DiscoveryTask,
  scheme: MaskScheme,
  objective: MaskObjective,
  ablation: Ablation,
): Steps<MaskedRun> {
  const { config } = task.transformer;
  const weights = freezeWeights(scope, task.transformer);
  yield* assertFiniteTask(scope, task, weights, ablation);
  assertObjective(task, objective);
  const wanted: Record<string, Binding> =
    objective.target === "labels"
      ? { targets: scope.buffer(keptTargets(task, "targets", LABELS_NEED)) }
      : { [CLEAN_LOGITS]: (yield* prepareInputRuns(scope, task, weights, []).clean()).logits };
  const hooks = scheme.ablatedHooks(config);
  const ablated = yield* prepareInputRuns(scope, task, weights, hooks).ablated(ablation, hooks);
  const ofRows = {
    ...wanted,
    ...namedInputs("ablated", ablated),
    tokens: scope.buffer(task.cleanTokens),
  };
  return {
    count: maskCount(scheme, config),
    distance: (masks) => maskedDistance(task, weights, scheme, objective, masks),
    inputs: { ...weights.bindings, ...ofRows, [ROW_WEIGHT]: scope.buffer(rowWeights(task)) },
    inputsOf: (rows) => ({
      ...Object.fromEntries(
        Object.entries(ofRows).map(([name, binding]) => [name, rowsOf(binding, rows)]),
      ),
      [ROW_WEIGHT]: new Float64Array(rows.length).fill(1 / rows.length),
    }),
  };
}

/** Some rows of what is bound for all of them. */
function rowsOf(binding: Binding, rows: Uint32Array): Binding {
  if (!("table" in binding)) return { table: binding, rows };
  return { table: binding.table, rows: rows.map((row) => binding.rows[row]!) };
}

function maskedDistance(
  task: DiscoveryTask,
  weights: GraphWeights,
  scheme: MaskScheme,
  objective: MaskObjective,
  masks: Tensor,
): Tensor {
  const { positions, transformer } = task;
  const { config } = transformer;
  const input = sampleInputs();
  const logits = scheme.forward(config, weights.tensors, {
    tokens: input("tokens", [positions]),
    masks: new Map(
      maskSlots(scheme, config).map(({ hook, shape, start, end }) => [
        hook,
        reshape(slice(masks, 0, start, end), shape),
      ]),
    ),
    ablated: (hook) => input(runInput("ablated", hook), hookShape(config, hook, positions)),
    logitsAt: logitsNeeded(task),
  });
  const ofRow = maskedLoss(task, objective, atKeptPositions(task, logits), input);
  return batchSum(mul(ofRow, input(ROW_WEIGHT, [])));
}

/** What a number for each mask, `[mask]`, says about edges, `[edge]` in the order of the graph. */
export function edgeValues(
  scheme: MaskScheme,
  config: TransformerConfig,
  graph: ComputationalGraph,
  values: Float64Array,
): Float64Array {
  const slots = maskSlots(scheme, config);
  return scheme.edgeValues(
    graph,
    new Map(slots.map(({ hook, start, end }) => [hook, values.subarray(start, end)])),
  );
}
