import type { DiscoveryScore, TruthScore } from "../../discovery/index.ts";

/** Someone who is ranked: an algorithm with options. */
export interface Contestant {
  /** What tables call it. */
  readonly name: string;
  readonly algorithm: string;
  /** Those that are not its default. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a run is judged by. */
export interface RunNumbers {
  readonly edges: number | undefined;
  readonly nodes: number | undefined;
  /** The exact AUROC of edges with query, key and value of a head as one, whatever the number of edges is. */
  readonly merged?: number | undefined;
  /** Why there is no number of edges. */
  readonly reason?: string | undefined;
}

/** A run as a protocol judges it. */
export interface JudgedRun {
  /** Its score against the constructed truth. */
  readonly score: DiscoveryScore | undefined;
  /** Its score against the protocol's truth, where the protocol asks for one. */
  readonly compared?: Pick<TruthScore, "ranking" | "mib"> | undefined;
}

/** A number that is published for a case and a contestant. */
export interface PublishedNumber {
  readonly case: string;
  readonly algorithm: string;
  readonly edges: number;
}

/** What is known of a number that was found, and of the published one. */
export interface DifferenceFacts {
  readonly theirs: number;
  readonly ours: number;
  /** The exact AUROC of the same rankings, where the truth is known. */
  readonly exact: number | undefined;
  /** The largest number that ranks. */
  readonly largest: number;
}

/** Why there are no numbers where nobody knows the circuit. */
export const NO_TRUTH = "no truth is known for this model";

/** How runs are made and judged. Numbers of two protocols are never in one table. */
export interface Protocol {
  readonly name: string;
  /** What it is, in a sentence. */
  readonly summary: string;
  /** What tables call the number of edges, and how it is read. */
  readonly measure: string;
  /** Who is ranked where nobody is named. */
  readonly contestants: readonly Contestant[];
  /** The cases that it is about. Default: all. */
  readonly cases?: readonly string[];
  /** How inputs are corrupted, by the name that the cases have for it. Default: each case's first way. */
  readonly corruption?: string;
  /**
   * The truth that rankings are scored against by a job of its own, which also tells how faithful their circuits
   * are. Default: the constructed one, by the run itself, without that.
   */
  readonly truth?: string;
  /** The numbers of a run. */
  readonly numbersOf: (run: JudgedRun) => RunNumbers;
  /** What was published by the same protocol, and where. */
  readonly published?: {
    readonly source: string;
    /** Which models it is of, as `--models` names them, or in words. */
    readonly models: string;
    readonly numbers: readonly PublishedNumber[];
    /** What of the protocol itself makes a number that was found differ; without a full stop. */
    readonly reasons?: (facts: DifferenceFacts) => readonly string[];
  };
}
