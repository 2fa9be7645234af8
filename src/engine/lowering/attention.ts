import type { Operation, Tensor } from "../graph/tensor.ts";

/**
 * Products of queries with keys, what a causal softmax (or the gradient of one) makes of each row
 * of them, and the mix by that row of what lies at the keys: computed for the keys that a query
 * sees alone.
 */
export interface Attention {
  /** The node of the rows, `[…, query, key]`. */
  readonly rows: Tensor & { readonly op: Extract<Operation, RowOperation> };
  readonly products: Pairing;
  readonly mix: Pairing;
}

type RowOperation = { readonly kind: "softmax" | "softmaxGradient" };

/** A contraction with its inputs and their labels in the order in which the kernel reads them. */
export interface Pairing {
  readonly contraction: Tensor;
  readonly left: { readonly tensor: Tensor; readonly labels: string };
  readonly right: { readonly tensor: Tensor; readonly labels: string };
  readonly out: string;
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

/** `bij,bje->bie` (in any order): a mix by the rows of `rows`, with at most one axis e. */
function asMix(contraction: Tensor, rows: Tensor): Pairing | undefined {
  if (contraction.inputs.filter((x) => x === rows).length !== 1) return undefined;
  const pair = pairing(contraction, contraction.inputs[0] === rows ? 0 : 1);
  if (pair === undefined) return undefined;
  const { left, right, out } = pair;
  const [row, column] = [left.labels.at(-2)!, left.labels.at(-1)!];
  const mixes = without(left.labels, out).join("") === column && !right.labels.includes(row);
  return mixes && without(right.labels, left.labels).length <= 1 ? pair : undefined;
}

/**
 * Finds causal attention, by the node at which it is computed: the rows, or the mix where what it
 * mixes is computed after them. The products may be read by nothing but the rows; these may be read
 * by others, but not before they are computed.
 */
export function findAttention(
  order: readonly Tensor[],
  usersOf: (tensor: Tensor) => readonly Tensor[],
  isOutput: (tensor: Tensor) => boolean,
): Map<Tensor, Attention> {
  const found = new Map<Tensor, Attention>();
  const mixes = new Set<Tensor>();
  const placeOf = new Map(order.map((tensor, place) => [tensor, place]));
  for (const rows of order) {
    if (rows.op.kind !== "softmax" && rows.op.kind !== "softmaxGradient") continue;
    if (!rows.op.causal) continue;
    const input = rows.inputs[0]!;
    const isPrivate = usersOf(input).length === 1 && !isOutput(input);
    const products = isPrivate ? asProducts(input) : undefined;
    if (products === undefined) continue;
    for (const [i, user] of usersOf(rows).entries()) {
      const mix = mixes.has(user) ? undefined : asMix(user, rows);
      if (mix === undefined) continue;
      const isReady = placeOf.get(mix.right.tensor)! < placeOf.get(rows)!;
      if (!isReady && (i > 0 || isOutput(rows))) continue;
      const at = isReady ? rows : user;
      found.set(at, { rows: rows as Attention["rows"], products, mix });
      mixes.add(user);
      placeOf.set(rows, placeOf.get(at)!);
      break;
    }
  }
  return found;
}
