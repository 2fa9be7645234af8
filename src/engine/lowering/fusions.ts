import { sameShape } from "../graph/shape.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Computation } from "../program/program.ts";
import { type Attention, findAttention } from "./attention.ts";

/** `contraction + addend`, then plus or times another value of the same shape. */
export interface FusedContraction {
  readonly contraction: Tensor;
  readonly addend?: Tensor | undefined;
  readonly last?: { readonly fn: "add" | "mul"; readonly other: Tensor } | undefined;
}

/** A sum over the batch of a value that a contraction reads, too: a bias's gradient. */
export interface ColumnSum {
  readonly sum: Tensor;
  /** Which of the contraction's inputs is summed. */
  readonly input: 0 | 1;
}

/** A function of some x, and its derivative there. */
export interface FunctionPair {
  readonly value: Tensor;
  readonly slope: Tensor;
}

/** What is computed in one step with something else. */
export interface Fusions {
  /** Sums and products that a contraction ends in. */
  readonly contractions: ReadonlyMap<Tensor, FusedContraction>;
  /** Sums over the batch, and what they sum: a contraction, a scatter, or a sum over axes. */
  readonly batchSums: ReadonlyMap<Tensor, Tensor>;
  /** Sums over the batch and all summed axes of an input, by the contraction that reads it. */
  readonly columnSums: ReadonlyMap<Tensor, ColumnSum>;
  /** Functions of x with their derivatives at the same x, by either of the two. */
  readonly pairs: ReadonlyMap<Tensor, FunctionPair>;
  /** Attention, by the node at which it is computed. */
  readonly attention: ReadonlyMap<Tensor, Attention>;
  /** Nodes that get no step of their own. */
  readonly absorbed: ReadonlySet<Tensor>;
}

/** Functions that share most of their work with their derivatives, in the kernels' order. */
export const PAIRED_FUNCTIONS = [
  ["gelu", "geluDerivative"],
  ["geluNew", "geluNewDerivative"],
] as const;

/** The nodes that read each node, in the program's order. */
function findUsers(order: readonly Tensor[]): (tensor: Tensor) => readonly Tensor[] {
  const users = new Map<Tensor, Tensor[]>();
  for (const user of order) {
    for (const input of user.inputs) {
      const others = users.get(input);
      if (others === undefined) users.set(input, [user]);
      else others.push(user);
    }
  }
  return (tensor) => users.get(tensor) ?? [];
}

/** Nodes that only one other node reads: these may become part of it. */
type IsPrivate = (tensor: Tensor) => boolean;

/** What a sum over the batch can do by itself, with the nodes in between. */
function summedWith(source: Tensor, isPrivate: IsPrivate): readonly Tensor[] {
  if (!isPrivate(source)) return [];
  const { op, inputs } = source;
  if (op.kind === "scatterRows" || (op.kind === "reduce" && op.fn === "sum")) return [source];
  if (op.kind === "contract" && inputs.every((x) => x.extent === "sample")) return [source];
  if (op.kind !== "reshape" || inputs[0]!.op.kind !== "reduce") return [];
  const inner = summedWith(inputs[0]!, isPrivate);
  return inner.length === 0 ? [] : [source, ...inner];
}

/** The axes of an input that a contraction sums. */
function summedAxes({ op }: Tensor, input: 0 | 1): number[] {
  if (op.kind !== "contract") return [];
  const labels = [...(input === 0 ? op.a : op.b)];
  return labels.flatMap((label, axis) => (op.out.includes(label) ? [] : [axis]));
}

/** Which sums over the batch can be made by a contraction that is summed over it. */
function findColumnSums(
  batchSums: ReadonlyMap<Tensor, Tensor>,
  usersOf: (tensor: Tensor) => readonly Tensor[],
): Map<Tensor, ColumnSum> {
  const found = new Map<Tensor, ColumnSum>();
  const contractions = new Set([...batchSums.values()].filter(({ op }) => op.kind === "contract"));
  for (const [sum, { op, inputs }] of batchSums) {
    if (op.kind !== "reduce") continue;
    const isSame = (axes: readonly number[]) => axes.join() === op.axes.join();
    for (const user of usersOf(inputs[0]!)) {
      const input = user.inputs[0] === inputs[0] ? 0 : 1;
      if (!contractions.has(user) || found.has(user) || !isSame(summedAxes(user, input))) continue;
      found.set(user, { sum, input });
      break;
    }
  }
  return found;
}

/** How an addition or multiplication becomes the end of a contraction that only it reads. */
function endOfContraction(
  user: Tensor,
  known: ReadonlyMap<Tensor, FusedContraction>,
  isPrivate: IsPrivate,
): { fused: FusedContraction; absorbs: readonly Tensor[] } | undefined {
  if (user.op.kind !== "binary" || (user.op.fn !== "add" && user.op.fn !== "mul")) return undefined;
  const { fn } = user.op;
  const candidates = user.inputs.filter((x) => isPrivate(x) && sameShape(x.shape, user.shape));
  const otherThan = (x: Tensor) => user.inputs.find((input) => input !== x);
  const contraction = candidates.findLast((x) => x.op.kind === "contract");
  const addend = contraction && otherThan(contraction);
  if (fn === "add" && addend !== undefined) {
    return { fused: { contraction: contraction!, addend }, absorbs: [contraction!] };
  }
  const ended = candidates.findLast((x) => known.has(x) && known.get(x)!.last === undefined);
  const start = contraction ?? ended;
  const other = start && otherThan(start);
  if (other?.extent !== "sample" || !sameShape(other.shape, user.shape)) return undefined;
  const before = known.get(start!) ?? { contraction: start! };
  return { fused: { ...before, last: { fn, other } }, absorbs: [start!] };
}

/** Functions and their derivatives at the same place. */
function findPairs(program: Computation): Map<Tensor, FunctionPair> {
  const functions = new Map<string, Map<Tensor, Tensor>>();
  for (const tensor of program.order) {
    if (tensor.op.kind !== "unary" || tensor.extent !== "sample") continue;
    const byInput = functions.get(tensor.op.fn) ?? new Map<Tensor, Tensor>();
    functions.set(tensor.op.fn, byInput.set(tensor.inputs[0]!, tensor));
  }
  const found = new Map<Tensor, FunctionPair>();
  for (const [fn, derivative] of PAIRED_FUNCTIONS) {
    for (const [x, value] of functions.get(fn) ?? []) {
      const slope = functions.get(derivative)?.get(x);
      if (slope !== undefined) found.set(value, { value, slope }).set(slope, { value, slope });
    }
  }
  return found;
}

/** Finds the nodes of a simplified program that are computed together. */
export function findFusions(program: Computation): Fusions {
  const usersOf = findUsers(program.order);
  const outputs = new Set<Tensor>(Object.values(program.outputs));
  for (const { value } of program.updates) outputs.add(value);
  const isOutput = (x: Tensor) => outputs.has(x);
  const attention = findAttention(program.order, usersOf, isOutput);
  const mixes = new Set<Tensor>();
  const absorbed = new Set<Tensor>();
  for (const found of attention.values()) {
    for (const { contraction } of found.mixes) mixes.add(contraction);
    for (const tensor of found.absorbed) absorbed.add(tensor);
  }
  const isPrivate: IsPrivate = (x) =>
    usersOf(x).length === 1 && !isOutput(x) && x.extent === "sample" && !mixes.has(x);
  const contractions = new Map<Tensor, FusedContraction>();
  const batchSums = new Map<Tensor, Tensor>();
  for (const user of program.order) {
    if (user.op.kind === "batchSum") {
      const chain = summedWith(user.inputs[0]!, isPrivate);
      if (chain.length > 0) batchSums.set(user, chain.at(-1)!);
      for (const x of chain) absorbed.add(x);
      continue;
    }
    const end = endOfContraction(user, contractions, isPrivate);
    if (end === undefined) continue;
    contractions.set(user, end.fused);
    for (const x of end.absorbs) absorbed.add(x);
  }
  const columnSums = findColumnSums(batchSums, usersOf);
  return { contractions, batchSums, columnSums, pairs: findPairs(program), attention, absorbed };
}
