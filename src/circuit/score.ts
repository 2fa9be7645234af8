import { InterpBenchError } from "../errors/index.ts";
import type { Circuit } from "./circuit.ts";
import type { GraphShape } from "./graph.ts";
import { headCircuit, prepareForEvaluation } from "./prepare.ts";

/** How many items fall into the four fields of the confusion table; expected values may be fractions. */
export interface Counts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/** Rates made of {@link Counts}; `undefined` where the denominator is 0. */
export interface Rates {
  /** True positive rate, recall: tp / (tp + fn). */
  readonly tpr: number | undefined;
  /** False positive rate: fp / (fp + tn). */
  readonly fpr: number | undefined;
  /** tp / (tp + fp). */
  readonly precision: number | undefined;
  /** The same as `tpr`. */
  readonly recall: number | undefined;
  /** 2·tp / (2·tp + fp + fn). */
  readonly f1: number | undefined;
}

/** How a set of found items compares with the true ones. Items are canonical texts, in the order of `full`. */
export interface SetScore extends Rates {
  readonly counts: Counts;
  readonly truePositives: readonly string[];
  readonly falsePositives: readonly string[];
  readonly falseNegatives: readonly string[];
  readonly trueNegatives: readonly string[];
}

/** How a found circuit compares with the true one. */
export interface CircuitScore {
  readonly nodes: SetScore;
  readonly edges: SetScore;
}

/** The rates of a confusion table. */
export function ratesOf({ tp, fp, fn, tn }: Counts): Rates {
  const ratio = (part: number, whole: number) => (whole === 0 ? undefined : part / whole);
  const tpr = ratio(tp, tp + fn);
  return {
    tpr,
    fpr: ratio(fp, fp + tn),
    precision: ratio(tp, tp + fp),
    recall: tpr,
    f1: ratio(2 * tp, 2 * tp + fp + fn),
  };
}

/**
 * The structural Hamming distance of two edge sets: how many edges one of them has and the other has not, fp + fn.
 * Edges have one direction only here, so that none can be turned around.
 */
export function hammingDistance({ fp, fn }: Pick<Counts, "fp" | "fn">): number {
  return fp + fn;
}

/**
 * Compares a found circuit with the truth, both part of `full` and at its granularity.
 *
 * Nodes count as found when an edge touches them; the embeddings and the output are nodes like any
 * other. `E_CIRCUIT` if a node or edge is not in `full`.
 */
export function scoreCircuit(hypothesis: Circuit, truth: Circuit, full: Circuit): CircuitScore {
  const compare = (kind: "nodes" | "edges"): SetScore => {
    assertWithin(kind, "hypothesis", hypothesis[kind], full[kind]);
    assertWithin(kind, "truth", truth[kind], full[kind]);
    return scoreSets(hypothesis[kind], truth[kind], full[kind].keys());
  };
  return { nodes: compare("nodes"), edges: compare("edges") };
}

/**
 * Compares any circuit of a model with its ground truth, the way the benchmark does: all are
 * prepared for evaluation first, `full` is the model's graph at head granularity.
 */
export function evaluateCircuit(
  hypothesis: Circuit,
  truth: Circuit,
  shape: GraphShape,
): CircuitScore {
  return scoreCircuit(
    prepareForEvaluation(hypothesis),
    prepareForEvaluation(truth),
    headCircuit(shape),
  );
}

function scoreSets(
  found: { has(text: string): boolean },
  wanted: { has(text: string): boolean },
  all: Iterable<string>,
): SetScore {
  const truePositives: string[] = [];
  const falsePositives: string[] = [];
  const falseNegatives: string[] = [];
  const trueNegatives: string[] = [];
  for (const text of all) {
    if (found.has(text)) (wanted.has(text) ? truePositives : falsePositives).push(text);
    else (wanted.has(text) ? falseNegatives : trueNegatives).push(text);
  }
  const counts = {
    tp: truePositives.length,
    fp: falsePositives.length,
    fn: falseNegatives.length,
    tn: trueNegatives.length,
  };
  return {
    counts,
    ...ratesOf(counts),
    truePositives,
    falsePositives,
    falseNegatives,
    trueNegatives,
  };
}

function assertWithin(
  kind: "nodes" | "edges",
  who: string,
  part: ReadonlyMap<string, unknown>,
  full: ReadonlyMap<string, unknown>,
): void {
  const foreign = [...part.keys()].filter((text) => !full.has(text));
  if (foreign.length === 0) return;
  throw new InterpBenchError("E_CIRCUIT", `the ${who} has ${kind} that the model does not have`, {
    expected: `a subset of the ${full.size} ${kind} of the full circuit`,
    received: foreign.slice(0, 3).join(", ") + (foreign.length > 3 ? ", …" : ""),
    hint: "Prepare all circuits for evaluation, and compare circuits of the same model.",
  });
}
