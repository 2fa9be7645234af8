import {
  add,
  batchSum,
  concat,
  einsum,
  expandDims,
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
  blockHook,
  type DestinationHook,
  edgeMaskShapes,
  forward,
  type Hook,
  type HookName,
  hookShape,
  logitsNeeded,
  sourceHooks,
} from "../../transformer/index.ts";
import { type LossName, rowLoss } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";

/** Scalar: how far the inputs of all destinations are moved towards the ablated run, 0 to 1. */
export const ALPHA = "alpha";

/** The point of the residual stream that a destination reads. */
export function residualRead(destination: DestinationHook): HookName {
  const [, block = "", name] = /^blocks\.(\d+)\.(.*)$/.exec(destination) ?? [];
  if (name === "hook_resid_post") return destination;
  return blockHook(Number(block), name === "hook_mlp_in" ? "hook_resid_mid" : "hook_resid_pre");
}

/** What an attribution graph computes. */
export interface AttributionGraph {
  /** The loss of the interpolated run, `[]`, shared. */
  readonly loss: Tensor;
  /** ∂loss/∂m for the mask of every edge: by destination `[source, head]` or `[source]`, shared. */
  readonly scores: ReadonlyMap<DestinationHook, Tensor>;
}

/**
 * The gradient of the loss in the masks of all edges, all masks at α.
 *
 * A mask moves `in(v)` by `m(u,v)·(P(u) − Y(u))`, so that
 * `∂loss/∂m(u,v) = Σ_{row,pos} ⟨∂loss/∂in(v), P(u) − Y(u)⟩`: one forward pass, one backward pass to
 * the inputs of the destinations, one product. With all masks at α the sums telescope,
 * `in(v) + Σ_u α·(P(u) − Y(u)) = (1 − α)·in(v) + α·in_ablated(v)`, whatever the number of edges.
 *
 * Inputs: `tokens`, `ablated:<hook>` of sources (P) and, if `isInterpolated`, of the residual
 * stream, {@link ROW_WEIGHT}, the loss's own, and then the scalar {@link ALPHA}; without it α is 0.
 */
export function attributionGraph(
  task: DiscoveryTask,
  weights: GraphWeights,
  loss: LossName,
  isInterpolated: boolean,
): AttributionGraph {
  const { config } = task.transformer;
  const { positions } = task;
  const readers = edgeMaskShapes(config);
  const sources = sourceHooks(config);
  const alpha = scalar(ALPHA);
  const input = sampleInputs();
  const ablated = (hook: HookName) =>
    input(runInput("ablated", hook), hookShape(config, hook, positions));
  const towardsAblated = (reader: DestinationHook): Hook => {
    const target = ablated(residualRead(reader));
    return (x) => {
      const end = x.shape.length === 3 ? expandDims(target, 1) : target;
      return add(mul(x, sub(1, alpha)), mul(end, alpha));
    };
  };
  const hooks = new Map(
    isInterpolated ? [...readers.keys()].map((hook) => [hook, towardsAblated(hook)]) : [],
  );
  const { logits, cache } = forward(config, weights.tensors, input("tokens", [positions]), {
    hooks,
    capture: new Set<HookName>([...sources, ...readers.keys()]),
    logitsAt: logitsNeeded(task),
  });
  const ofRow = rowLoss(task, loss, atKeptPositions(task, logits), input);
  const total = batchSum(mul(ofRow, input(ROW_WEIGHT, [])));
  const slopes = gradients(
    total,
    [...readers.keys()].map((hook) => cache.get(hook)!),
  );
  const differences = sources.map((hook) => asSources(sub(ablated(hook), cache.get(hook)!)));
  const scores = [...readers].map(([hook, [count = 0, heads]], i): [DestinationHook, Tensor] => {
    const own = concat(differences.slice(0, groupsOf(differences, count)), 0);
    const spec = heads === undefined ? "spd,pd->s" : "spd,phd->sh";
    return [hook, batchSum(einsum(spec, own, slopes[i]!))];
  });
  return { loss: total, scores: new Map(scores) };
}

/** How many of the groups hold `count` sources together. */
function groupsOf(groups: readonly Tensor[], count: number): number {
  let [held, used] = [0, 0];
  while (held < count) held += groups[used++]!.shape[0]!;
  return used;
}
