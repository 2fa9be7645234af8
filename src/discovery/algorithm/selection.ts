import { z } from "zod";
import {
  type Circuit,
  type ComputationalGraph,
  circuitAbove,
  circuitOf,
  parseEdge,
} from "../../circuit/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { option } from "./options.ts";
import { type EdgeScores, edgeScores } from "./scores.ts";

const selectionOptions = {
  threshold: option(z.number().optional(), "Keep the edges whose score is above this"),
  edgeCount: option(
    z.int().min(0).optional(),
    "Keep exactly so many edges, those with the largest scores",
    { unit: "edges" },
  ),
};

/**
 * The options of an algorithm that scores edges: those that make a circuit of the scores, at most
 * one of which may be given, and its own.
 */
export function withSelection<Shape extends z.ZodRawShape>(own: Shape) {
  return z.object({ ...selectionOptions, ...own }).check(({ value, issues }) => {
    if (isOneWay(value as Selection)) return;
    issues.push({ code: "custom", input: value, message: "threshold or edgeCount, not both" });
  });
}

/** Options that make scores of signed effects. */
export const magnitudeOptions = {
  absolute: option(
    z.boolean().default(true),
    "Score edges by the size of their effect, whatever its sign",
    { origin: "InterpBench's sweep" },
  ),
  normalize: option(
    z.boolean().default(false),
    "Stretch the scores to the range from 0 (smallest) to 1 (largest)",
  ),
};

/** How a circuit is made of scores, if at all: values of the options of {@link withSelection}. */
export interface Selection {
  readonly threshold?: number | undefined;
  readonly edgeCount?: number | undefined;
}

const isOneWay = ({ threshold, edgeCount }: Selection) =>
  threshold === undefined || edgeCount === undefined;

/** Values of {@link magnitudeOptions}. */
export interface Magnitude {
  readonly absolute: boolean;
  readonly normalize: boolean;
}

/** Scores made of effects, `[edge]`; normalised equal ones are all 0. */
export function scoresOfEffects(
  graph: ComputationalGraph,
  effects: Float64Array,
  { absolute, normalize }: Magnitude,
): EdgeScores {
  const sizes = absolute ? effects.map(Math.abs) : effects;
  if (!normalize) return edgeScores(graph, sizes);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const range = high === low ? 1 : high - low;
  return edgeScores(
    graph,
    sizes.map((size) => (size - low) / range),
  );
}

/**
 * How a selection makes a circuit of scores: all edges above the threshold (strictly, compared as
 * float32), or exactly `edgeCount` edges, where those that come first in the graph win ties; or
 * `undefined`, if nothing is selected. `E_OPTION` for both at once, or more edges than there are.
 */
export function circuitSelector(
  graph: ComputationalGraph,
  selection: Selection,
): (scores: EdgeScores) => Circuit | undefined {
  const { threshold, edgeCount } = selection;
  if (!isOneWay(selection)) {
    throw new InterpBenchError("E_OPTION", "a circuit is selected in one way", {
      at: "threshold, edgeCount",
      expected: "one of the two",
      received: "both",
    });
  }
  if (threshold !== undefined) return (scores) => circuitAbove(scores, threshold);
  if (edgeCount === undefined) return () => undefined;
  if (edgeCount > graph.edges.length) {
    throw new InterpBenchError("E_OPTION", "there are not so many edges", {
      at: "edgeCount",
      expected: `at most ${graph.edges.length}`,
      received: String(edgeCount),
    });
  }
  return (scores) => {
    const ranked = [...scores].sort(([, a], [, b]) => (a === b ? 0 : b - a));
    return circuitOf(ranked.slice(0, edgeCount).map(([text]) => parseEdge(text)));
  };
}
