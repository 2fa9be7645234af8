import type { ScoreMap } from "./merge.ts";
import type { ChosenEdges } from "./select.ts";
import type { PositiveShare } from "./select-positive.ts";

/**
 * At most `count` edges with the largest sum of scores of which every one lies on a path: an integer linear
 * program, solved exactly by HiGHS (the optional package `highs`).
 *
 * max Σ s_e·x_e over x, y ∈ {0, 1}, Σ x ≤ count, x_e ≤ y of both ends; a head or MLP that is in (y = 1) has an
 * edge in and one out. With `positive`, at least ⌊ρ·count⌋ edges are positive, or as many as there are.
 *
 * @param scores of all edges between components, as a graph has them
 *
 * `E_SCORE` if there are not so many edges, if a score is not finite, or if no such circuit exists;
 * `E_INSTALL` without the solver.
 */
export async function optimalEdges(
  scores: ScoreMap,
  count: number,
  positive?: PositiveShare,
): Promise<ChosenEdges> {
  const { solveEdgeProgram } = await import("./edge-program.ts");
  return solveEdgeProgram(scores, count, positive);
}
