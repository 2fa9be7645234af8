import {
  batchSum,
  concat,
  einsum,
  gradients,
  mul,
  scalar,
  sub,
  type Tensor,
} from "../../engine/index.ts";
import type { GraphWeights } from "../../interventions/index.ts";
import { asSources, ROW_WEIGHT, runInput, sampleInputs } from "../../interventions/index.ts";
import {
  atKeptPositions,
  type DestinationHook,
  edgeMaskShapes,
  forward,
  type HookName,
  hookShape,
  logitsNeeded,
  sourceHooks,
} from "../../transformer/index.ts";
import { type LossName, rowLoss } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";
import type { AttributionPath, PathInputs } from "./path.ts";

/** What an attribution graph computes, and reads of other runs. */
export interface AttributionGraph {
  /** The loss of the run on the path, `[]`, shared. */
  readonly loss: Tensor;
  /** ∂loss/∂m for the mask of every edge: by destination `[source, head]` or `[source]`, shared. */
  readonly scores: ReadonlyMap<DestinationHook, Tensor>;
  /** Hook points whose values in other runs are inputs: `clean:<hook>`, `ablated:<hook>`. */
  readonly reads: Readonly<Record<"clean" | "ablated", ReadonlySet<HookName>>>;
}

/**
 * The gradient of the loss in the masks of all edges, in a run on a path.
 *
 * A mask moves `in(v)` by `m(u,v)·(P(u) − Y(u))`, so that
 * `∂loss/∂m(u,v) = Σ_{row,pos} ⟨∂loss/∂in(v), P(u) − Y(u)⟩`: one forward pass, one backward pass to
 * the inputs of the destinations, one product. P is what the source carries where it is ablated, Y
 * what it computes, in the run or in the clean one as the path says.
 *
 * Inputs: `tokens`, what {@link AttributionGraph.reads} says, {@link ROW_WEIGHT}, the loss's own, and
 * the scalars of the path.
 */
export function attributionGraph(
  task: DiscoveryTask,
  weights: GraphWeights,
  loss: LossName,
  path: AttributionPath,
): AttributionGraph {
  const { config } = task.transformer;
  const { positions } = task;
  const readers = edgeMaskShapes(config);
  const sources = sourceHooks(config);
  const input = sampleInputs();
  const reads = { clean: new Set<HookName>(), ablated: new Set<HookName>() };
  const otherRun = (run: "clean" | "ablated") => (hook: HookName) => {
    reads[run].add(hook);
    return input(runInput(run, hook), hookShape(config, hook, positions));
  };
  const scalars = new Map<string, Tensor>();
  const ownScalar = (name: string) => {
    const tensor = scalars.get(name) ?? scalar(name);
    scalars.set(name, tensor);
    return tensor;
  };
  const inputs: PathInputs = {
    config,
    clean: otherRun("clean"),
    ablated: otherRun("ablated"),
    scalar: ownScalar,
  };
  const { logits, cache } = forward(config, weights.tensors, input("tokens", [positions]), {
    hooks: path.hooks(inputs),
    capture: new Set<HookName>([...sources, ...readers.keys()]),
    logitsAt: logitsNeeded(task),
  });
  const ofRow = rowLoss(task, loss, atKeptPositions(task, logits), input);
  const total = batchSum(mul(ofRow, input(ROW_WEIGHT, [])));
  const slopes = gradients(
    total,
    [...readers.keys()].map((hook) => cache.get(hook)!),
  );
  const own = (hook: HookName) =>
    path.differencesFrom === "run" ? cache.get(hook)! : inputs.clean(hook);
  const differences = sources.map((hook) => asSources(sub(inputs.ablated(hook), own(hook))));
  const scores = [...readers].map(([hook, [count = 0, heads]], i): [DestinationHook, Tensor] => {
    const before = concat(differences.slice(0, groupsOf(differences, count)), 0);
    const spec = heads === undefined ? "spd,pd->s" : "spd,phd->sh";
    return [hook, batchSum(einsum(spec, before, slopes[i]!))];
  });
  return { loss: total, scores: new Map(scores), reads };
}

/** How many of the groups hold `count` sources together. */
function groupsOf(groups: readonly Tensor[], count: number): number {
  let [held, used] = [0, 0];
  while (held < count) held += groups[used++]!.shape[0]!;
  return used;
}
