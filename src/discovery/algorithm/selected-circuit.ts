import {
  type Circuit,
  edgesOnPaths,
  pruneCircuit,
  type RandomSelection,
  type ScoreMap,
  type Tie,
} from "../../circuit/index.ts";
import { extremes } from "./extremes.ts";
import type { Setting } from "./settings.ts";

/** What is to be known about the way to a circuit. */
export interface SelectionFacts {
  /** Edges that were chosen, before any were pruned. */
  readonly chosen: number;
  /** Of a ranking of nodes: heads and MLPs that were chosen, of how many. */
  readonly nodes?: { readonly chosen: number; readonly of: number };
  /** How many of the edges lie on no path from the embeddings to the output. */
  readonly offPath: number;
  /** Whether these were dropped. */
  readonly pruned: boolean;
  /** What edges, or nodes, were judged by: the smallest and the largest of it. */
  readonly smallest: number;
  readonly largest: number;
  /** Edges, or nodes, of one score of which the order in the graph decided which are taken. */
  readonly tie?: Tie | undefined;
}

/** A circuit that was selected with one setting. */
export interface SelectedCircuit {
  readonly setting: Setting;
  readonly circuit: Circuit;
  /** The same before edges were pruned. */
  readonly unpruned: Circuit;
  /** How a random one is chosen in the same way. */
  readonly select: NonNullable<RandomSelection["select"]>;
  readonly selection: SelectionFacts;
}

/** A circuit that was chosen, and in which way if not by the edges with the largest scores. */
export interface Chosen {
  readonly circuit: Circuit;
  readonly tie?: Tie | undefined;
  readonly select?: SelectedCircuit["select"];
  readonly nodes?: SelectionFacts["nodes"];
}

/** Prunes a circuit, if that is wanted, and tells what there is to know about its edges. */
export function selectedCircuit(
  setting: Setting,
  { circuit, tie, select = "top", nodes }: Chosen,
  judgedBy: ScoreMap,
  prune: boolean,
): SelectedCircuit {
  return {
    setting,
    circuit: prune ? pruneCircuit(circuit) : circuit,
    unpruned: circuit,
    select,
    selection: {
      chosen: circuit.edges.size,
      ...(nodes === undefined ? {} : { nodes }),
      offPath: circuit.edges.size - edgesOnPaths(circuit).size,
      pruned: prune,
      ...extremes(judgedBy.values()),
      tie,
    },
  };
}
