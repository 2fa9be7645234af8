import { type Circuit, type ComputationalGraph, fullGraph } from "../../circuit/index.ts";
import { sampleInput } from "../../engine/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import {
  type Ablation,
  createPrograms,
  freezeWeights,
  prepareInputRuns,
  rowWeights,
  type Scope,
  withScope,
} from "../../interventions/index.ts";
import {
  atKeptPositions,
  edgeMaskInputs,
  factoredForward,
  logitsNeeded,
  maskName,
  patchName,
  sourceHooks,
  sourcePatchInputs,
} from "../../transformer/index.ts";
import { type AblationChoice, chosenAblation } from "../algorithm/ablation-option.ts";
import type { DiscoveryContext } from "../algorithm/context.ts";
import { CLEAN_LOGITS, type LossName, lossTargets, meanLoss, rowLoss } from "../task/losses.ts";
import { assertTask, type DiscoveryTask } from "../task/task.ts";
import { edgePlace } from "./edge-place.ts";

/** What faithfulness is measured by. */
export interface FaithfulnessOptions {
  /** What edges outside the circuit carry. Default `resample`. */
  readonly ablation?: AblationChoice;
  /** The metric. Default `faithfulness`: the distance from the whole transformer's output. */
  readonly loss?: LossName;
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
  /** The same under another ablation, by the same program. Throws `E_TASK` without the corrupted inputs that it needs. */
  under(ablation: Ablation | string): Faithfulness;
}

/**
 * Prepares {@link Faithfulness} of a task's circuits: one program, one clean run, and what ablated
 * edges carry; circuits and ablations are inputs of its runs.
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
  { ablation, loss = "faithfulness" }: FaithfulnessOptions = {},
): Faithfulness {
  assertTask(task);
  const { config } = task.transformer;
  const { positions, rows } = task;
  const graph = fullGraph(config);
  const weights = freezeWeights(scope, task.transformer);
  const sources = sourceHooks(config);
  const runs = prepareInputRuns(scope, task, weights, sources);
  const programs = createPrograms(scope, rows, {
    ...weights.bindings,
    ...lossTargets(task, loss),
    [CLEAN_LOGITS]: runs.clean().logits,
    tokens: Float32Array.from(task.cleanTokens),
  });
  const build = () => {
    const { logits } = factoredForward(
      config,
      weights.tensors,
      sampleInput("tokens", [positions]),
      {
        masks: edgeMaskInputs(config),
        patches: sourcePatchInputs(config, positions),
        logitsAt: logitsNeeded(task),
      },
    );
    return rowLoss(task, loss, atKeptPositions(task, logits));
  };
  const weightOf = rowWeights(task);
  const under = (choice: AblationChoice): Faithfulness => {
    const carried = runs.ablated(chosenAblation(choice), sources);
    const inputs = Object.fromEntries(sources.map((hook) => [patchName(hook), carried.get(hook)!]));
    return {
      of: (circuit) => {
        assertEdges(graph, circuit);
        const losses = programs.run(loss, build, { inputs, scalars: edgeMasks(graph, circuit) });
        return meanLoss(losses, weightOf);
      },
      under,
    };
  };
  return under(ablation);
}

/**
 * How far the output is from the whole transformer's when only the edges of a circuit are intact
 * and all others are ablated: the `faithfulness` loss (KL divergence in nats, or mean squared
 * difference), 0 for the full graph. Throws as {@link prepareFaithfulness} and its result.
 */
export async function circuitFaithfulness(
  task: DiscoveryTask,
  circuit: Circuit,
  context: Pick<DiscoveryContext, "backend">,
  options?: FaithfulnessOptions,
): Promise<number> {
  const [faithfulness] = await circuitFaithfulnesses(task, [circuit], context, options);
  return faithfulness!;
}

/** {@link circuitFaithfulness} of several circuits, by one program on one clean and one corrupted run. */
export async function circuitFaithfulnesses(
  task: DiscoveryTask,
  circuits: readonly Circuit[],
  { backend }: Pick<DiscoveryContext, "backend">,
  options?: FaithfulnessOptions,
): Promise<number[]> {
  assertTask(task);
  if (circuits.length === 0) return [];
  return withScope(backend, (scope) => circuits.map(prepareFaithfulness(scope, task, options).of));
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
function edgeMasks(graph: ComputationalGraph, circuit: Circuit) {
  const masks: Record<string, number[]> = {};
  for (const edge of graph.edges) {
    const { hook, at } = edgePlace(graph, edge);
    const name = maskName(hook);
    masks[name] ??= [];
    masks[name][at] = circuit.edges.has(edge.text) ? 1 : 0;
  }
  return masks;
}
