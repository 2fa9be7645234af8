import {
  type Hook,
  type SourceHook,
  sourceHooks,
  type TransformerConfig,
} from "../../../transformer/index.ts";
import type { PathPoint } from "../interpolation.ts";
import type { AttributionPath, PathRun } from "../path.ts";
import { between } from "./between.ts";

/** Scalar: whether what a hook point writes is on the way to what it carries where it is ablated. */
const movedName = (hook: SourceHook) => `moved:${hook}`;

/**
 * The paths on which what one sublayer writes after the other, the embeddings first, goes from its clean to
 * its ablated value, as a constant: nothing flows back through it.
 *
 * @param runsOf the weight and credit of the runs in which a hook point moves
 */
export function activationsPath(
  config: TransformerConfig,
  points: readonly PathPoint[],
  runsOf: (moved: SourceHook, of: number) => Pick<PathRun, "weight" | "credits">,
): AttributionPath {
  const hooks = sourceHooks(config);
  return {
    key: "activations",
    hooks: ({ clean, ablated, scalar }) =>
      new Map(
        hooks.map((hook): [SourceHook, Hook] => [
          hook,
          (x) => {
            const constant = between(scalar("alpha"), clean(hook), ablated(hook));
            return between(scalar(movedName(hook)), x, constant);
          },
        ]),
      ),
    differencesFrom: "clean",
    runs: hooks.flatMap((moved) => {
      const { weight, ...rest } = runsOf(moved, hooks.length);
      const isMoved = hooks.map((hook) => [movedName(hook), hook === moved ? 1 : 0] as const);
      return points.map((point) => ({
        ...rest,
        scalars: { alpha: point.alpha, ...Object.fromEntries(isMoved) },
        weight: point.weight * weight,
        alpha: point.alpha,
        moves: moved,
      }));
    }),
  };
}
