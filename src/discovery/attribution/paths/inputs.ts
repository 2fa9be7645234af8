import type { Tensor } from "../../../engine/index.ts";
import type { PathPoint } from "../interpolation.ts";
import type { AttributionPath } from "../path.ts";
import { between } from "./between.ts";

const EMBEDDINGS = "blocks.0.hook_resid_pre";

/**
 * The path on which the embeddings go from the clean to the ablated ones, and everything behind them follows
 * (Hanna et al. 2024): `(1 − α)·C + α·P`. Cut edges are said to change what they would in the clean run.
 */
export function inputsPath(points: readonly PathPoint[]): AttributionPath {
  return {
    key: "inputs",
    hooks: ({ ablated, scalar }) => ({
      [EMBEDDINGS]: (x: Tensor) => between(scalar("alpha"), x, ablated(EMBEDDINGS)),
    }),
    differencesFrom: "clean",
    runs: points.map(({ alpha, weight }) => ({ scalars: { alpha }, weight, alpha })),
  };
}
