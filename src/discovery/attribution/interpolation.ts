import { InterpBenchError } from "../../errors/index.ts";

/** How the gradients at the points of the path are added up. */
export const INTEGRATIONS = ["sum", "mean", "trapezoid"] as const;
export type Integration = (typeof INTEGRATIONS)[number];

/** A place on the path from the clean (0) to the ablated run (1), and what its gradient counts. */
export interface PathPoint {
  readonly alpha: number;
  readonly weight: number;
}

/** The clean run alone: plain attribution patching. */
export const CLEAN_END: readonly PathPoint[] = [{ alpha: 0, weight: 1 }];

/**
 * The points α = 0, 1/N, …, 1 of integrated gradients with N steps.
 *
 * - `sum`: every point counts 1, so scores grow with N + 1 (the original).
 * - `mean`: every point counts 1/(N + 1).
 * - `trapezoid`: 1/N, half of it at both ends: the integral, so that the scores of all edges add up
 *   to loss(everything ablated) − loss(clean) with an error of order 1/N².
 */
export function integrationPoints(steps: number, integration: Integration): PathPoint[] {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new InterpBenchError("E_OPTION", "integrated gradients need steps", {
      at: "integratedGradSteps",
      expected: "a whole number of at least 1",
      received: String(steps),
    });
  }
  const weightOf = (k: number): number => {
    if (integration === "sum") return 1;
    if (integration === "mean") return 1 / (steps + 1);
    return (k === 0 || k === steps ? 0.5 : 1) / steps;
  };
  return Array.from({ length: steps + 1 }, (_, k) => ({ alpha: k / steps, weight: weightOf(k) }));
}

/** Which of the points k/N from the ablated (0) to the clean run (N) count. */
export const IG_POINTS = ["left", "right", "trapezoid"] as const;
export type IgPoints = (typeof IG_POINTS)[number];

/**
 * The points of a mean over N steps between the ablated and the clean run, of weight 1/N each: k = 0 … N − 1
 * from the ablated end (`left`), k = 1 … N (`right`), or all N + 1 with half the weight at both ends, whose
 * error is of order 1/N² (`trapezoid`).
 */
export function meanPoints(steps: number, points: IgPoints): PathPoint[] {
  if (points === "trapezoid") return integrationPoints(steps, "trapezoid");
  const first = points === "left" ? 0 : 1;
  return Array.from({ length: steps }, (_, k) => {
    return { alpha: 1 - (first + k) / steps, weight: 1 / steps };
  });
}
