import * as z from "zod/mini";
import type { ComputationalGraph, ScoreMap } from "../../circuit/index.ts";
import type { Ranking } from "./algorithm.ts";
import type { PaperSweep } from "./discovery.ts";
import { extremes } from "./extremes.ts";
import { option } from "./options.ts";
import { edgeScores } from "./scores.ts";

/** Options that make scores of signed effects. */
export const magnitudeOptions = {
  absolute: option(
    z._default(z.boolean(), true),
    "Score edges by the size of their effect, whatever its sign",
    { origin: "InterpBench's sweep", aliases: ["--abs-val-threshold"] },
  ),
  normalize: option(
    z._default(z.boolean(), false),
    "Stretch the scores to the range from 0 (smallest) to 1 (largest)",
    { aliases: ["--normalize-scores"] },
  ),
};

/** Values of {@link magnitudeOptions}. */
export interface Magnitude {
  readonly absolute: boolean;
  readonly normalize: boolean;
}

/**
 * The ranking of an algorithm that scores by effects. What was measured is shown with its sign, but
 * for scores that are to be stretched.
 */
export function effectRanking({ absolute, normalize }: Magnitude): Ranking {
  const name = absolute ? "size of the effect" : "effect";
  return normalize
    ? { shown: "scores", name: `${name}, stretched to 0 … 1` }
    : { shown: "effects", name };
}

/** Why the paper's sweep is none over numbers that rank with their sign. */
export const SIGN_OBSTACLE = "the paper's sweep is over the size of effects";

/** The paper's sweep over thresholds of such scores: over sizes as they are. */
export function effectSweep({ absolute, normalize }: Magnitude): PaperSweep {
  const obstacle = !absolute
    ? SIGN_OBSTACLE
    : normalize
      ? "the paper's sweep is over scores as they are"
      : undefined;
  return { option: "threshold", from: "scores", obstacle };
}

/** Scores made of effects, `[edge]`; normalised equal ones are all 0. */
export function scoresOfEffects(
  graph: ComputationalGraph,
  effects: Float64Array,
  magnitude: Magnitude,
): ScoreMap {
  return edgeScores(graph, magnitudes(effects, magnitude));
}

/** What scores are made of effects of anything; equal ones that are stretched are all 0. */
export function magnitudes(
  effects: Float64Array,
  { absolute, normalize }: Magnitude,
): Float64Array {
  const sizes = absolute ? effects.map(Math.abs) : effects;
  if (!normalize) return sizes;
  const { smallest, largest } = extremes(sizes);
  const range = largest === smallest ? 1 : largest - smallest;
  return sizes.map((size) => (size - smallest) / range);
}
