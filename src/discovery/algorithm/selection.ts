import { z } from "zod";
import {
  type ChosenEdges,
  type Circuit,
  type ComputationalGraph,
  circuitAbove,
  edgesOnPaths,
  emptyCircuit,
  greedyEdges,
  leadingToOutput,
  pruneCircuit,
  type Tie,
  topEdges,
} from "../../circuit/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { option } from "./options.ts";
import { type EdgeScores, edgeScores } from "./scores.ts";
import { oneOrMore, PAPER_GRID, type Setting, settingsOf } from "./settings.ts";

/**
 * How a number of edges is chosen: the ones with the largest scores, or those that a growth from the
 * output backwards meets first, which all lead to the output (`apply_topn` and `apply_greedy` of EAP-IG
 * and MIB).
 */
export const SELECTS = ["top", "greedy"] as const;
export type Select = (typeof SELECTS)[number];

/** The option that drops edges on no path, of all algorithms that find circuits. */
export const pruneOption = {
  prune: option(
    z.boolean().default(false),
    "Drop the edges of the circuit that lie on no path from the embeddings to the output",
    { origin: "InterpBench, which keeps them" },
  ),
};

const selectionOptions = {
  threshold: option(
    oneOrMore(z.number()).optional(),
    "Keep the edges whose score is above this; several values (or paper, for the paper's 19) give a circuit each",
    { synonyms: PAPER_GRID },
  ),
  edgeCount: option(
    oneOrMore(z.int().min(0), "one or more whole numbers of at least 0").optional(),
    "Keep exactly so many edges, before any are pruned; several give a circuit each",
    { unit: "edges" },
  ),
  select: option(
    z.enum(SELECTS).default("top"),
    "How so many edges are chosen: those with the largest scores, or grown from the output backwards",
    { origin: "InterpBench" },
  ),
  ...pruneOption,
};

/**
 * The options of an algorithm that scores edges: those that make circuits of the scores, by
 * thresholds or by numbers of edges, and its own.
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

/** How circuits are made of scores, if at all: values of the options of {@link withSelection}. */
export interface Selection {
  readonly threshold?: number | readonly number[] | undefined;
  readonly edgeCount?: number | readonly number[] | undefined;
  readonly select?: Select | undefined;
  readonly prune?: boolean | undefined;
}

const isOneWay = ({ threshold, edgeCount }: Selection) =>
  threshold === undefined || edgeCount === undefined;

/** Values of {@link magnitudeOptions}. */
export interface Magnitude {
  readonly absolute: boolean;
  readonly normalize: boolean;
}

/** What scores made of effects are called. */
export function effectName({ absolute, normalize }: Magnitude): string {
  const name = absolute ? "size of the effect" : "effect";
  return normalize ? `${name}, stretched to 0 … 1` : name;
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

/** What is to be known about the way to a circuit. */
export interface SelectionFacts {
  /** Edges that were chosen, before any were pruned. */
  readonly chosen: number;
  /** How many of these lie on no path from the embeddings to the output. */
  readonly offPath: number;
  /** Whether these were dropped. */
  readonly pruned: boolean;
  /** What the edges were judged by: the smallest and the largest of it. */
  readonly smallest: number;
  readonly largest: number;
  /** Edges of one score of which the order in the graph decided which are taken. */
  readonly tie?: Tie | undefined;
}

/** A circuit that was selected with one setting. */
export interface SelectedCircuit {
  readonly setting: Setting;
  readonly circuit: Circuit;
  /** The same before edges were pruned. */
  readonly unpruned: Circuit;
  readonly selection: SelectionFacts;
}

/** Prunes a circuit, if that is wanted, and tells what there is to know about its edges. */
export function selectedCircuit(
  setting: Setting,
  { circuit, tie }: Pick<ChosenEdges, "circuit"> & Partial<ChosenEdges>,
  judgedBy: EdgeScores,
  prune: boolean,
): SelectedCircuit {
  const values = [...judgedBy.values()];
  return {
    setting,
    circuit: prune ? pruneCircuit(circuit) : circuit,
    unpruned: circuit,
    selection: {
      chosen: circuit.edges.size,
      offPath: circuit.edges.size - edgesOnPaths(circuit).size,
      pruned: prune,
      smallest: Math.min(...values),
      largest: Math.max(...values),
      tie,
    },
  };
}

/**
 * How a selection makes circuits of scores, one for each threshold or number of edges, none if there
 * is neither: all edges above the threshold (strictly, compared as float32; grown ones are those
 * that lead to the output), or exactly so many edges, where those that come first in the graph win
 * ties. Scores that are all equal rank nothing: of some of the edges, none is chosen.
 *
 * `E_OPTION` for thresholds and numbers at once, or more edges than there are.
 */
export function circuitSelector(
  graph: ComputationalGraph,
  selection: Selection,
): (scores: EdgeScores) => SelectedCircuit[] {
  const { threshold, edgeCount, select = "top", prune = false } = selection;
  if (!isOneWay(selection)) {
    throw new InterpBenchError("E_OPTION", "circuits are selected in one way", {
      at: "threshold, edgeCount",
      expected: "one of the two",
      received: "both",
    });
  }
  const counts = settingsOf("edgeCount", edgeCount);
  const tooMany = counts.find(({ value }) => value > graph.edges.length);
  if (tooMany !== undefined) {
    throw new InterpBenchError("E_OPTION", "there are not so many edges", {
      at: "edgeCount",
      expected: `at most ${graph.edges.length}`,
      received: String(tooMany.value),
    });
  }
  return (scores) => [
    ...settingsOf("threshold", threshold).map((setting) => {
      const above = circuitAbove(scores, setting.value);
      const circuit = select === "greedy" ? leadingToOutput(above) : above;
      return selectedCircuit(setting, { circuit }, scores, prune);
    }),
    ...counts.map((setting) =>
      selectedCircuit(setting, chooseEdges(scores, setting.value, select), scores, prune),
    ),
  ];
}

function chooseEdges(scores: EdgeScores, count: number, select: Select): ChosenEdges {
  const [first] = scores.values();
  const isFlat = [...scores.values()].every((score) => score === first);
  if (isFlat && first !== undefined && count > 0 && count < scores.size) {
    return { circuit: emptyCircuit, tie: { score: first, tied: scores.size, taken: 0 } };
  }
  return select === "greedy" ? greedyEdges(scores, count) : topEdges(scores, count);
}
