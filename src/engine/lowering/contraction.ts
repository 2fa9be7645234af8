import type { Shape } from "../graph/shape.ts";
import { isContiguous, type View } from "./view.ts";
import { bitsOf } from "./words.ts";

/** One side of a contraction: its labels, sizes and strides. */
interface Term {
  readonly labels: string;
  readonly shape: Shape;
  readonly strides: readonly number[];
}

/** The index space of a contraction, as the kernels walk it. */
export interface ContractionPlan {
  /** Length and strides of the innermost summed axis. */
  readonly inner: { readonly size: number; readonly a: number; readonly c: number };
  /** Offsets (a, c) of the other summed axes. */
  readonly outer: Int32Array;
  /** Offsets (out, addend, a, c) of the axes that all terms have, or that are no columns. */
  readonly batches: Int32Array;
  /** Offsets (out, a) of the axes of `a` that are kept. */
  readonly rows: Int32Array;
  /** Offsets (addend, c) of the axes of `c` that are kept: neighbours in `out`. */
  readonly columns: Int32Array;
}

type TermName = "out" | "addend" | "a" | "c";

interface Axis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** Sizes of the axes with these labels, and the strides with which each term walks them. */
function axesOf(labels: Iterable<string>, terms: readonly Term[]): Axis[] {
  const axes: Axis[] = [];
  for (const label of labels) {
    let size = 1;
    const strides = terms.map((term) => {
      const at = term.labels.indexOf(label);
      if (at < 0) return 0;
      size = term.shape[at]!;
      return term.strides[at]!;
    });
    axes.push({ size, strides });
  }
  return axes;
}

/** The positions that some axes give, one tuple after the other, last axis fastest. */
function offsets(axes: readonly Axis[], operands: number): Int32Array {
  const tuples = new Int32Array(axes.reduce((count, { size }) => count * size, operands));
  let known = operands;
  for (const { size, strides } of axes.toReversed()) {
    for (let at = known; at < known * size; at += operands) {
      for (let k = 0; k < operands; k++) tuples[at + k] = tuples[at + k - known]! + strides[k]!;
    }
    known *= size;
  }
  return tuples;
}

/** Joins summed axes into one inner axis as far as their strides allow. */
function splitSummed(axes: readonly Axis[]): { inner: Axis; outer: Axis[] } {
  const order = axes
    .filter((axis) => axis.size !== 1)
    .toSorted((x, y) => y.strides[0]! - x.strides[0]!);
  let inner: Axis = order.pop() ?? { size: 1, strides: [0, 0] };
  while (order.length > 0) {
    const next = order[order.length - 1]!;
    if (!next.strides.every((stride, k) => stride === inner.strides[k]! * inner.size)) break;
    inner = { size: inner.size * next.size, strides: inner.strides };
    order.pop();
  }
  return { inner, outer: order };
}

/** The multiply-adds of a contraction. */
export function countProducts({ inner, outer, batches, rows, columns }: ContractionPlan): number {
  const counts = [outer.length / 2, batches.length / 4, rows.length / 2, columns.length / 2];
  return counts.reduce((product, count) => product * count, inner.size);
}

/** The terms of a contraction, with the strides of each. */
export interface ContractionTerms {
  readonly a: string;
  readonly b: string;
  readonly out: string;
  readonly shape: Shape;
  readonly outStrides: readonly number[];
  /** Strides with which an addend that all rows share walks the result; `undefined` without one. */
  readonly addendStrides: readonly number[] | undefined;
}

/**
 * Sorts the labels of `out = addend + Σ a·c` into batched, row, column and summed axes and lists
 * their offsets.
 */
export function planContraction(
  spec: ContractionTerms,
  a: View & { readonly shape: Shape },
  c: View & { readonly shape: Shape },
): ContractionPlan {
  const { out, shape } = spec;
  const terms: Record<TermName, Term> = {
    out: { labels: out, shape, strides: spec.outStrides },
    addend: { labels: out, shape, strides: spec.addendStrides ?? shape.map(() => 0) },
    a: { labels: spec.a, shape: a.shape, strides: a.strides },
    c: { labels: spec.b, shape: c.shape, strides: c.strides },
  };
  const axes = (labels: string[], names: readonly TermName[]) =>
    axesOf(
      labels,
      names.map((name) => terms[name]),
    );
  const inA = (label: string) => spec.a.includes(label);
  const inC = (label: string) => spec.b.includes(label);
  const kept = [...out];
  const both = kept.filter((label) => inA(label) && inC(label));
  const ofC = kept.filter((label) => !inA(label));
  const written = axes(ofC, ["out"]);
  const strides = written.map((axis) => axis.strides[0]!);
  const sizes = written.map(({ size }) => size);
  const areNeighbours = isContiguous(strides, sizes);
  const [batches, columns] = areNeighbours ? [both, ofC] : [[...both, ...ofC], []];
  const rows = kept.filter((label) => !inC(label));
  const summed = [...spec.a].filter((label) => !out.includes(label));
  const { inner, outer } = splitSummed(axes(summed, ["a", "c"]));
  return {
    inner: { size: inner.size, a: inner.strides[0]!, c: inner.strides[1]! },
    outer: offsets(outer, 2),
    batches: offsets(axes(batches, ["out", "addend", "a", "c"]), 4),
    rows: offsets(axes(rows, ["out", "a"]), 2),
    columns: offsets(axes(columns, ["addend", "c"]), 2),
  };
}

/** The outputs of a contraction with a sparse constant. */
export interface SparseOutputs {
  readonly count: number;
  /** Their non-zero terms, all together. */
  readonly terms: number;
  /** Of each its offsets (out, addend), the number of its terms, and these: (offset in a, value as bits). */
  readonly table: Int32Array;
}

/**
 * The outputs of a contraction with constant `c`, whose elements start at `first`.
 *
 * @param withEmpty whether those without terms are among them
 */
export function sparseOutputs(
  { inner, outer, batches, columns }: ContractionPlan,
  values: ArrayLike<number>,
  first: number,
  withEmpty: boolean,
): SparseOutputs {
  const table: number[] = [];
  let [count, terms] = [0, 0];
  for (let b = 0; b < batches.length; b += 4) {
    for (let n = 0; 2 * n < columns.length; n++) {
      const start = table.length;
      table.push(batches[b]! + n, batches[b + 1]! + columns[2 * n]!, 0);
      const base = first + batches[b + 3]! + columns[2 * n + 1]!;
      for (let o = 0; o < outer.length; o += 2) {
        for (let k = 0; k < inner.size; k++) {
          const value = values[base + outer[o + 1]! + k * inner.c]!;
          if (value !== 0) table.push(batches[b + 2]! + outer[o]! + k * inner.a, bitsOf(value));
        }
      }
      const own = (table.length - start - 3) / 2;
      table[start + 2] = own;
      terms += own;
      if (own > 0 || withEmpty) count++;
      else table.length = start;
    }
  }
  return { count, terms, table: Int32Array.from(table) };
}
