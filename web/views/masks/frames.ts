import type { Circuit } from "../../../src/circuit/index.ts";
import type { MasksFrame } from "../../engine/methods/watch.ts";
import type { CircuitFacts } from "../circuit/facts.ts";
import { type Counts, ratesOfCounts, sweepOf } from "../circuit/sweep.ts";

/** Masks while they learn: what was told of them so far. */
export interface Learning {
  readonly frames: MasksFrame[];
  /** Before each step, of all settings, one after the other. */
  readonly losses: number[];
}

/** What can be said of a frame at a glance. */
export interface FrameFacts {
  /** Steps so far, of all settings. */
  readonly step: number;
  /** Edges in the circuit. */
  readonly size: number;
  /** The share of edges that are not. */
  readonly sparsity: number;
  /** 1 − the mean of the edges' masks. */
  readonly softSparsity: number;
  readonly wanted: number | undefined;
  /** Against the truth, between components; `undefined` where nobody knows it. */
  readonly counts: Counts | undefined;
  readonly recall: number | undefined;
  readonly precision: number | undefined;
}

/** Adds a frame to what was told before, in place: there are many. */
export function addFrame({ frames, losses }: Learning, frame: MasksFrame): void {
  frames.push(frame);
  losses.push(...frame.losses);
}

/** Edges between components of which the circuit has any. */
export function keptHeads(
  { edges, headEdgeOf }: Pick<CircuitFacts, "edges" | "headEdgeOf">,
  { kept }: Pick<MasksFrame, "kept">,
): Set<string> {
  const heads = edges.flatMap((text, i) => (kept[i] === 1 ? (headEdgeOf.get(text) ?? []) : []));
  return new Set(heads);
}

export function frameFacts(
  facts: Pick<CircuitFacts, "edges" | "whole" | "headEdgeOf" | "truth">,
  frame: MasksFrame,
): FrameFacts {
  const { kept, scores, setting, steps, step, wanted } = frame;
  const size = kept.reduce((sum, one) => sum + one, 0);
  const all = kept.length;
  const counts = facts.truth && countsAgainst(keptHeads(facts, frame), facts.truth, facts.whole);
  const { tpr: recall, precision } = counts === undefined ? {} : ratesOfCounts(counts);
  return {
    step: setting * steps + step,
    size,
    sparsity: 1 - size / all,
    softSparsity: 1 - scores.reduce((sum, score) => sum + score, 0) / all,
    wanted,
    counts,
    recall,
    precision,
  };
}

const countsAgainst = (
  found: ReadonlySet<string>,
  truth: Circuit,
  { merged }: CircuitFacts["whole"],
) =>
  sweepOf(new Map(Array.from(merged.edges.keys(), (edge) => [edge, 0])), truth.edges).countsOf(
    found,
  );
