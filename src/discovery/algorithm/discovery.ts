import type { BudgetSelect, Circuit, ScoreMap } from "../../circuit/index.ts";
import type { SelectedCircuit } from "./selected-circuit.ts";

/** What an algorithm ranks: the edges of the graph, or its heads and MLPs. */
export type Ranked = "edges" | "nodes";

/** Facts about a discovery that help to judge it. */
export interface Diagnostics {
  /** Forward passes over all rows (ACDC and `exact`: of the end of the transformer only). */
  readonly evaluations: number;
  /** Backward passes over all rows. */
  readonly backwardPasses: number;
  /**
   * The only circuit's distance from the whole transformer, all other edges cut: the `faithfulness`
   * loss (KL divergence in nats, or mean squared difference). `undefined` without one circuit.
   */
  readonly faithfulness: number | undefined;
  /** ACDC with one threshold: the smallest distance of a decision from it. */
  readonly closestDecision?: number | undefined;
}

/** The circuit that was found with one setting. */
export interface Finding extends SelectedCircuit {
  /** Its distance from the whole transformer: see {@link Diagnostics}. */
  readonly faithfulness: number;
  /** ACDC: the smallest distance of a decision from its threshold. */
  readonly closestDecision?: number;
}

/** What an algorithm returns; circuits of several settings, if it has them, are `findings`. */
export interface DiscoveryParts {
  /** A circuit for each setting that was asked for; none if only scores were. */
  readonly findings?: readonly Finding[];
  /** The circuit, if there was one setting. */
  readonly circuit: Circuit | undefined;
  /**
   * A score for everything that is ranked, every edge of the graph or every node of it (as by
   * `componentScores`); larger means more likely in the circuit.
   */
  readonly scores: ScoreMap;
  /**
   * By how much cutting each edge, or node, raises the loss, measured or estimated, with its sign.
   * `undefined` if the algorithm does not look at that.
   */
  readonly effects: ScoreMap | undefined;
  /** What algorithms that tell positions apart know of each. */
  readonly positions?: PositionScores;
  readonly diagnostics: Diagnostics;
}

/** Effects at spans of positions, each named by the position where it begins. */
export interface PositionScores {
  readonly spans: readonly number[];
  /** Of edges, at a span. */
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly span: number;
    readonly score: number;
  }[];
  /** Of what a head takes from one span for another, by its query, key or value. */
  readonly crossings: readonly {
    readonly head: string;
    readonly input: "q" | "k" | "v";
    readonly source: number;
    readonly target: number;
    readonly score: number;
  }[];
}

/** What an algorithm found, and how it is to be read. */
export interface Discovery
  extends Required<Omit<DiscoveryParts, "positions">>,
    Pick<DiscoveryParts, "positions"> {
  /** What has the scores: edges, by `formatEdge`, or nodes at head granularity, by `formatNode`. */
  readonly ranks: Ranked;
  /** The numbers that rank: the scores, or the effects where the algorithm says so. */
  readonly ranking: ScoreMap;
  /** What they are, in a few words: `size of the effect`. */
  readonly rankedBy: string;
  /** The numbers that files and pictures show beside the ranking: mostly what was measured, signed. */
  readonly shown: ScoreMap;
  /** How circuits of a size are made of the ranking, where it is of edges. */
  readonly select: BudgetSelect;
  /** How it was swept, if as the InterpBench paper does. */
  readonly paperSweep: PaperSweep | undefined;
}

/**
 * How the sweep of the InterpBench paper over 19 values of an option is had: from the scores, which
 * give the circuit of every threshold, or by running the algorithm with each value.
 */
export interface PaperSweep {
  /** The option's name: `threshold`. */
  readonly option: string;
  readonly from: "scores" | "runs";
  /** Why a sweep with these options is another one than the paper's; `undefined` if it is not. */
  readonly obstacle?: string | undefined;
}
