import type { Operation, Tensor } from "../graph/tensor.ts";

/**
 * Products of queries with keys, what a causal softmax (or the gradient of one) makes of each row
 * of them, and mixes by these weights of what lies at the keys or at the queries: computed for the
 * keys that a query sees alone.
 */
export interface Attention {
  /** The node of the rows, `[…, query, key]`. */
  readonly rows: Rows;
  readonly products: Pairing;
  readonly mixes: readonly Mix[];
  /** Nodes that get no step of their own: the products, and rows that wait for a mix. */
  readonly absorbed: readonly Tensor[];
  /** Whether somebody else reads the rows, with the zeros of what a query does not see. */
  readonly isWhole: boolean;
}

type RowOperation = { readonly kind: "softmax" | "softmaxGradient" };

type Rows = Tensor & { readonly op: Extract<Operation, RowOperation> };

/** A contraction with its inputs and their labels in the order in which the kernel reads them. */
export interface Pairing {
  readonly contraction: Tensor;
  readonly left: { readonly tensor: Tensor; readonly labels: string };
  readonly right: { readonly tensor: Tensor; readonly labels: string };
  readonly out: string;
}

/** What a mix is by, in the kernels' order. */
export const MIX_KINDS = ["rows", "columns", "columnsOfValue"] as const;

/** A mix by the rows, by their columns, or by those of the softmax whose gradient they are. */
export interface Mix extends Pairing {
  readonly by: (typeof MIX_KINDS)[number];
}

/** A contraction of two per-sample values, `left` first. */
function pairing(contraction: Tensor, left: 0 | 1): Pairing | undefined {
  const { op, inputs } = contraction;
  if (op.kind !== "contract" || inputs.some((x) => x.extent !== "sample")) return undefined;
  const sides = [
    { tensor: inputs[0]!, labels: op.a },
    { tensor: inputs[1]!, labels: op.b },
  ];
  return { contraction, left: sides[left]!, right: sides[1 - left]!, out: op.out };
}

/** The labels of a left side that is contracted: those that the result does not have. */
const summedLabels = ({ left, out }: Pairing): string[] =>
  [...left.labels].filter((label) => !out.includes(label));

const without = (labels: string, others: string): string[] =>
  [...labels].filter((label) => !others.includes(label));

/** `bik,bjk->bij`: rows of products along the last axis, with at most one axis b and one k. */
function asProducts(contraction: Tensor): Pairing | undefined {
  for (const left of [0, 1] as const) {
    const pair = pairing(contraction, left);
    if (pair === undefined || pair.out.length > 3 || summedLabels(pair).length > 1) continue;
    const [row, column] = [pair.out.at(-2), pair.out.at(-1)];
    if (row === undefined || column === undefined) continue;
    const [inLeft, inRight] = [pair.left.labels, pair.right.labels];
    const separates = inLeft.includes(row) && !inRight.includes(row) && !inLeft.includes(column);
    if (separates) return pair;
  }
  return undefined;
}

/**
 * `bij,bje->bie` or `bij,bie->bje` (in any order): a mix by the rows of `weights`, or by its columns,
 * with at most one axis e.
 */
function asMix(contraction: Tensor, weights: Tensor, by: Mix["by"]): Mix | undefined {
  if (contraction.inputs.filter((x) => x === weights).length !== 1) return undefined;
  const pair = pairing(contraction, contraction.inputs[0] === weights ? 0 : 1);
  if (pair === undefined) return undefined;
  const { left, right, out } = pair;
  const [row, column] = [left.labels.at(-2)!, left.labels.at(-1)!];
  const [kept, summed] = by === "rows" ? [row, column] : [column, row];
  const mixes = without(left.labels, out).join("") === summed && !right.labels.includes(kept);
  return mixes && without(right.labels, left.labels).length <= 1 ? { ...pair, by } : undefined;
}

const isCausalSoftmax = (x: Tensor | undefined): boolean =>
  x !== undefined && x.op.kind === "softmax" && x.op.causal;

/**
 * Finds causal attention, by the node at which it is computed: the first of the rows and their mixes,
 * or the mix where what it mixes is computed after the rows. The scale must be positive. The products
 * may be read by nothing but the rows; these may be read by others, but not before they are computed.
 */
export function findAttention(
  order: readonly Tensor[],
  usersOf: (tensor: Tensor) => readonly Tensor[],
  isOutput: (tensor: Tensor) => boolean,
): Map<Tensor, Attention> {
  const found = new Map<Tensor, Omit<Attention, "isWhole">>();
  const mixed = new Set<Tensor>();
  const placeOf = new Map(order.map((tensor, place) => [tensor, place]));
  const place = (tensor: Tensor) => placeOf.get(tensor)!;
  const mixesOf = (weights: Tensor, by: Mix["by"]): Mix[] =>
    usersOf(weights).flatMap((user) => (mixed.has(user) ? [] : (asMix(user, weights, by) ?? [])));
  for (const rows of order) {
    if (rows.op.kind !== "softmax" && rows.op.kind !== "softmaxGradient") continue;
    if (!rows.op.causal || rows.op.scale <= 0) continue;
    const input = rows.inputs[0]!;
    const isPrivate = usersOf(input).length === 1 && !isOutput(input);
    const products = isPrivate ? asProducts(input) : undefined;
    if (products === undefined) continue;
    const value = rows.inputs[1];
    const ready = [
      ...mixesOf(rows, "rows"),
      ...mixesOf(rows, "columns"),
      ...(isCausalSoftmax(value) ? mixesOf(value!, "columnsOfValue") : []),
    ].filter((mix) => place(mix.right.tensor) < place(rows));
    const read = [
      ...input.inputs,
      ...rows.inputs.slice(1),
      ...ready.map((mix) => mix.right.tensor),
    ];
    const start = Math.max(...read.map(place));
    const reader = isOutput(rows) ? undefined : usersOf(rows)[0];
    const late = ready.length > 0 ? undefined : reader && asMix(reader, rows, "rows");
    const mixes = late ? [late] : ready.filter((mix) => place(mix.contraction) > start);
    if (mixes.length === 0) continue;
    const results = mixes.map((mix) => mix.contraction);
    for (const result of results) mixed.add(result);
    const at = late
      ? late.contraction
      : [rows, ...results].reduce((x, y) => (place(y) < place(x) ? y : x));
    const absorbed = late ? [input, rows] : [input];
    found.set(at, { rows: rows as Rows, products, mixes, absorbed });
    if (late) placeOf.set(rows, place(at));
  }
  // The gradient of a causal softmax reads of its value what the queries see.
  const needsZeros = (user: Tensor, rows: Tensor) =>
    !mixed.has(user) && (user.op.kind !== "softmaxGradient" || user.inputs[0] === rows);
  const isWhole = (rows: Tensor) =>
    isOutput(rows) || usersOf(rows).some((user) => needsZeros(user, rows));
  return new Map(
    [...found].map(([at, attention]) => [at, { ...attention, isWhole: isWhole(attention.rows) }]),
  );
}
