import type { DiscoveryScore } from "../../discovery/index.ts";

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
  /** Why there is no number of edges. */
  readonly reason?: string | undefined;
}

/** A number that is published for a case and a contestant. */
export interface PublishedNumber {
  readonly case: string;
  readonly algorithm: string;
  readonly edges: number;
}

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
  /** The number of a run, of its score against the truth. */
  readonly numbersOf: (score: DiscoveryScore) => RunNumbers;
  /** What was published by the same protocol, and where. */
  readonly published?: {
    readonly source: string;
    readonly numbers: readonly PublishedNumber[];
  };
}
