import type { Circuit } from "../../circuit/index.ts";
import type { Tensor, Values } from "../../engine/index.ts";
import {
  type Ablation,
  type CircuitRuns,
  type FrozenInputs,
  prepareCircuitRuns,
  rowWeights,
  type Scope,
  type Steps,
  withScope,
} from "../../interventions/index.ts";
import type { AblationChoice } from "../algorithm/ablation-option.ts";
import { type DiscoveryContext, inTurns } from "../algorithm/context.ts";
import { type LossName, lossTargets, meanLoss, rowLoss } from "../task/losses.ts";
import { assertTask, type DiscoveryTask } from "../task/task.ts";

/** What faithfulness is measured by. */
export interface FaithfulnessOptions {
  /** What edges outside the circuit carry. Default `resample`. */
  readonly ablation?: AblationChoice;
  /** The metric. Default `faithfulness`: the distance from the whole transformer's output. */
  readonly loss?: LossName;
  /** The task's inputs, where other work has frozen them. Default: frozen for these runs. */
  readonly frozen?: FrozenInputs | undefined;
}

/** How faithful circuits of a task are, prepared: each costs one run. */
export interface Faithfulness {
  /**
   * The loss when only the edges of the circuit are intact and all others are ablated.
   *
   * The circuit has separate query, key and value inputs. Throws `E_CIRCUIT` for edges that the
   * transformer does not have, `E_NUMBER` for a loss that is not finite.
   */
  of(circuit: Circuit): number;
  /** The losses of which that is the mean, `[row]`. */
  rowsOf(circuit: Circuit): Values;
  /** {@link Faithfulness.rowsOf} in steps. */
  rowsInSteps(circuit: Circuit): Steps<Values>;
  /** The same under another ablation, by the same program. Throws as {@link prepareFaithfulness}. */
  under(ablation: Ablation | string): Faithfulness;
}

/**
 * Prepares {@link Faithfulness} of a task's circuits: one program, one clean run, and what ablated
 * edges carry.
 *
 * ```ts
 * await withScope(backend, (scope) => {
 *   const faithfulness = prepareFaithfulness(scope, task, { ablation: "mean" });
 *   return circuits.map(faithfulness.of);
 * });
 * ```
 *
 * Throws `E_TASK`, `E_ABLATION`, and `E_LOSS` for a loss that does not fit the task.
 */
export function prepareFaithfulness(
  scope: Scope,
  task: DiscoveryTask,
  { ablation, loss = "faithfulness", frozen }: FaithfulnessOptions = {},
): Faithfulness {
  assertTask(task);
  const weights = rowWeights(task);
  const measured = (runs: CircuitRuns): Faithfulness => ({
    of: (circuit) => meanLoss(runs.of(circuit), weights),
    rowsOf: runs.of,
    rowsInSteps: runs.inSteps,
    under: (other) => measured(runs.under(other)),
  });
  const read = (logits: Tensor) => rowLoss(task, loss, logits);
  return measured(
    prepareCircuitRuns(scope, task, {
      ablation,
      frozen,
      read,
      readKey: `${loss} ${task.categorical}`,
      inputs: lossTargets(task, loss),
    }),
  );
}

/**
 * How far the output is from the whole transformer's when only the edges of a circuit are intact
 * and all others are ablated: the `faithfulness` loss (KL divergence in nats, or mean squared
 * difference), 0 for the full graph. Throws as {@link prepareFaithfulness} and its result.
 */
export async function circuitFaithfulness(
  task: DiscoveryTask,
  circuit: Circuit,
  context: DiscoveryContext,
  options?: FaithfulnessOptions,
): Promise<number> {
  const [faithfulness] = await circuitFaithfulnesses(task, [circuit], context, options);
  return faithfulness!;
}

/** {@link circuitFaithfulness} of several circuits, by one program on one clean and one corrupted run. */
export async function circuitFaithfulnesses(
  task: DiscoveryTask,
  circuits: readonly Circuit[],
  context: DiscoveryContext,
  options?: FaithfulnessOptions,
): Promise<number[]> {
  assertTask(task);
  if (circuits.length === 0) return [];
  return withScope(context.backend, (scope) => {
    const faithfulness = prepareFaithfulness(scope, task, options);
    return inTurns(lossSteps(faithfulness, circuits, rowWeights(task)), context);
  });
}

function* lossSteps(
  { rowsInSteps }: Faithfulness,
  circuits: readonly Circuit[],
  weights: Float64Array,
): Steps<number[]> {
  const losses: number[] = [];
  for (const circuit of circuits) {
    yield losses.length / circuits.length;
    losses.push(meanLoss(yield* rowsInSteps(circuit), weights));
  }
  return losses;
}
