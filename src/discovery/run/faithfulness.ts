import {
  type Circuit,
  type ComputationalGraph,
  formatEdge,
  fullGraph,
} from "../../circuit/index.ts";
import { sampleInput } from "../../engine/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import {
  createPrograms,
  freezeWeights,
  prepareCapture,
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
import type { DiscoveryContext } from "../algorithm/context.ts";
import { CLEAN_LOGITS, meanLoss, rowLoss } from "../task/losses.ts";
import { assertTask, type DiscoveryTask, rowWeights } from "../task/task.ts";
import { edgePlace } from "./edge-place.ts";

/**
 * How far the output is from the whole transformer's when only the edges of a circuit are intact
 * and all others carry the corrupted run: the `faithfulness` loss (KL divergence in nats, or mean
 * squared difference), 0 for the full graph.
 *
 * The circuit has separate query, key and value inputs. Throws `E_TASK`, and `E_CIRCUIT` for edges
 * that the transformer does not have.
 */
export async function circuitFaithfulness(
  task: DiscoveryTask,
  circuit: Circuit,
  context: Pick<DiscoveryContext, "backend">,
): Promise<number> {
  const [faithfulness] = await circuitFaithfulnesses(task, [circuit], context);
  return faithfulness!;
}

/** {@link circuitFaithfulness} of several circuits, by one program on one clean and one corrupted run. */
export async function circuitFaithfulnesses(
  task: DiscoveryTask,
  circuits: readonly Circuit[],
  { backend }: Pick<DiscoveryContext, "backend">,
): Promise<number[]> {
  assertTask(task);
  if (circuits.length === 0) return [];
  const { config } = task.transformer;
  const { positions, rows } = task;
  const graph = fullGraph(config);
  const edges = circuits.flatMap((circuit) => [...circuit.edges.values()].map(formatEdge));
  const foreign = edges.find((edge) => !graph.indexOf.has(edge));
  if (foreign !== undefined) {
    throw new InterpBenchError(
      "E_CIRCUIT",
      "the circuit has an edge that the model does not have",
      {
        received: foreign,
        expected: `one of the ${graph.edges.length} edges with q, k and v inputs`,
        hint: "Use expandToQkv on circuits at head granularity.",
      },
    );
  }
  return withScope(backend, (scope) => {
    const weights = freezeWeights(scope, task.transformer);
    const sources = sourceHooks(config);
    const capture = prepareCapture(scope, task, weights, sources);
    const [clean, corrupted] = [capture(task.cleanTokens), capture(task.corruptedTokens)];
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
    const programs = createPrograms(scope, rows, {
      ...weights.bindings,
      ...Object.fromEntries(sources.map((hook) => [patchName(hook), corrupted.at.get(hook)!])),
      [CLEAN_LOGITS]: clean.logits,
      tokens: Float32Array.from(task.cleanTokens),
    });
    const build = () => rowLoss(task, "faithfulness", atKeptPositions(task, logits));
    const weightOf = rowWeights(task);
    return circuits.map((circuit) => {
      const losses = programs.run("faithfulness", build, { scalars: edgeMasks(graph, circuit) });
      return meanLoss(losses, weightOf);
    });
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
