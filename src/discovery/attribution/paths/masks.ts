import { expandDims } from "../../../engine/index.ts";
import {
  blockHook,
  type DestinationHook,
  edgeMaskShapes,
  type Hook,
  type HookName,
} from "../../../transformer/index.ts";
import type { PathPoint } from "../interpolation.ts";
import type { AttributionPath, PathInputs } from "../path.ts";
import { between } from "./between.ts";

/** Scalar: how far the inputs of all destinations are moved towards the ablated run, 0 to 1. */
const ALPHA = "alpha";

/** The point of the residual stream that a destination reads. */
function residualRead(destination: DestinationHook): HookName {
  const [, block = "", name] = /^blocks\.(\d+)\.(.*)$/.exec(destination) ?? [];
  if (name === "hook_resid_post") return destination;
  return blockHook(Number(block), name === "hook_mlp_in" ? "hook_resid_mid" : "hook_resid_pre");
}

/**
 * The path on which the masks of all edges go from 0 (intact) to 1 (ablated) together: the gradient in
 * them is that of the loss in masks.
 *
 * A mask moves `in(v)` by `m(u,v)·(P(u) − Y(u))`. With all masks at α the sums telescope,
 * `in(v) + Σ_u α·(P(u) − Y(u)) = (1 − α)·in(v) + α·in_ablated(v)`, whatever the number of edges. Points
 * of the clean run alone cost no hooks.
 */
export function maskPath(points: readonly PathPoint[]): AttributionPath {
  const isInterpolated = points.some(({ alpha }) => alpha !== 0);
  const towardsAblated = (reader: DestinationHook, inputs: PathInputs): Hook => {
    const [alpha, target] = [inputs.scalar(ALPHA), inputs.ablated(residualRead(reader))];
    return (x) => between(alpha, x, x.shape.length === 3 ? expandDims(target, 1) : target);
  };
  return {
    key: isInterpolated ? "masks" : "clean",
    hooks: (inputs) => {
      const readers = isInterpolated ? [...edgeMaskShapes(inputs.config).keys()] : [];
      return new Map(readers.map((reader) => [reader, towardsAblated(reader, inputs)]));
    },
    differencesFrom: "run",
    runs: points.map(({ alpha, weight }) => ({
      scalars: isInterpolated ? { [ALPHA]: alpha } : {},
      weight,
      alpha,
    })),
  };
}
