import { type Circuit, circuitAbove } from "../../../src/circuit/index.ts";
import type { Mark } from "../../../src/report/index.ts";
import type { CircuitFacts, Detail } from "./facts.ts";
import { type Counts, sweepOf } from "./sweep.ts";

/** Which circuit of a subject is shown: what was found, all above a threshold, or the truth. */
export type Shown =
  | { readonly kind: "found" }
  | { readonly kind: "above"; readonly threshold: number }
  | { readonly kind: "truth" };

/** What the drawing says: found against true, or one of both alone. */
export const LENSES = ["difference", "found", "truth"] as const;
export type Lens = (typeof LENSES)[number];

/** A circuit that is looked at, and how it compares. */
export interface Selection {
  /** Whether an edge is in it, at a level of detail. */
  has(edge: string, detail: Detail): boolean;
  hasNode(node: string): boolean;
  /** Edges in it with q, k and v told apart, and in all. */
  readonly size: number;
  /** At head granularity; `undefined` where no truth is known. */
  readonly edges: Counts | undefined;
  readonly nodes: Counts | undefined;
}

/** The selection that is shown. Cheap for thresholds: nothing is made but numbers. */
export function selectionOf(facts: CircuitFacts, shown: Shown): Selection {
  const { ranking } = facts;
  if (shown.kind === "above" && ranking !== undefined) {
    const limit = Math.fround(shown.threshold);
    const isAbove = (score: number | undefined) =>
      score !== undefined && Math.fround(score) > limit;
    return {
      has: (edge, detail) => isAbove(ranking.by[detail].get(edge)),
      hasNode: (node) => isAbove(ranking.nodes.get(node)),
      size: ranking.sizeAbove(shown.threshold),
      edges: ranking.sweeps?.edges.countsAbove(shown.threshold),
      nodes: ranking.sweeps?.nodes.countsAbove(shown.threshold),
    };
  }
  return ofCircuit(facts, shown.kind === "truth" ? undefined : facts.found);
}

/** The selection of a circuit, or of the truth. */
function ofCircuit(facts: CircuitFacts, found: CircuitFacts["found"]): Selection {
  const { truth, headEdgeOf, whole } = facts;
  const merged = found?.merged ?? truth;
  const counts = (all: Circuit["edges"] | Circuit["nodes"], of: "edges" | "nodes") =>
    truth &&
    merged &&
    sweepOf(new Map(Array.from(all.keys(), (key) => [key, 0])), truth[of]).countsOf(merged[of]);
  return {
    has: (edge, detail) =>
      detail === "qkv" && found !== undefined
        ? found.qkv.edges.has(edge)
        : merged?.edges.has(detail === "qkv" ? (headEdgeOf.get(edge) ?? "") : edge) === true,
    hasNode: (node) => merged?.nodes.has(node) === true,
    size: found?.qkv.edges.size ?? merged?.edges.size ?? 0,
    edges: counts(whole.merged.edges, "edges"),
    nodes: counts(whole.merged.nodes, "nodes"),
  };
}

/** The mark of something that is in the circuit or not, and true or not. */
export function markOf(isFound: boolean, isTrue: boolean | undefined, lens: Lens): Mark {
  if (isTrue === undefined || lens === "found") return isFound ? "inside" : "outside";
  if (lens === "truth") return isTrue ? "truePositive" : "outside";
  if (isFound) return isTrue ? "truePositive" : "falsePositive";
  return isTrue ? "falseNegative" : "trueNegative";
}

/** The circuit itself, for pictures and files, at head granularity's finer side. */
export function circuitOfShown(facts: CircuitFacts, shown: Shown): Circuit | undefined {
  if (shown.kind === "above" && facts.ranking !== undefined) {
    return circuitAbove(facts.ranking.by.qkv, shown.threshold);
  }
  return shown.kind === "truth" ? facts.truth : (facts.found?.qkv ?? facts.truth);
}
