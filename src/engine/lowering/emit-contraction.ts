import { rowMajorStrides, type Shape, sizeOf } from "../graph/shape.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Phase, ScheduleBuilder } from "./builder.ts";
import {
  type ContractionPlan,
  countProducts,
  planContraction,
  sparseOutputs,
} from "./contraction.ts";
import type { ColumnSum, FusedContraction } from "./fusions.ts";
import type { Opcode, Operand, Word } from "./steps.ts";

/** The kernels' numbers for kinds of addend, and for what comes after it. */
const ADDEND = { none: 0, column: 1, sample: 2 } as const;
const LAST = { none: 0, add: 1, mul: 2 } as const;

/** Where an addend lies, its kind, and the strides with which one of columns walks the result. */
interface Addend {
  readonly operand: Operand;
  readonly kind: number;
  readonly strides?: readonly number[];
}

/**
 * The addend of a contraction. A shared one may be the same for all rows, the axes that `columns`
 * does not name; another one lies as the result does, or is copied.
 */
function addendOf(
  builder: ScheduleBuilder,
  { contraction, addend }: FusedContraction,
  out: string,
  columns: string,
  phase: Phase,
): Addend | undefined {
  if (addend === undefined) return undefined;
  const strides = builder.walk(addend, contraction);
  const isColumn = [...out].every((label, i) => columns.includes(label) || strides[i] === 0);
  if (addend.extent === "shared" && isColumn) {
    return { operand: builder.operand(addend), kind: ADDEND.column, strides };
  }
  return { operand: builder.spread(addend, contraction, phase), kind: ADDEND.sample };
}

/** A contraction with the input whose own axes are the rows first. */
interface Sides {
  readonly a: Tensor;
  readonly c: Tensor;
  readonly labels: { readonly a: string; readonly b: string; readonly out: string };
}

function sidesOf({ op, inputs }: Tensor, rows: 0 | 1): Sides {
  if (op.kind !== "contract") throw new Error(`internal: ${op.kind} is no contraction`);
  const { a, b, out } = op;
  const labels = rows === 0 ? { a, b, out } : { a: b, b: a, out };
  return { a: inputs[rows]!, c: inputs[1 - rows]!, labels };
}

/**
 * Which input's own axes are the rows: a per-sample one before a shared one; of two alike the one
 * without the result's last axis, so that columns follow each other in memory.
 */
function rowsInput({ op, inputs }: Tensor): 0 | 1 {
  if (op.kind !== "contract") return 0;
  const [first, second] = [inputs[0]!, inputs[1]!];
  if (first.extent !== second.extent) return first.extent === "sample" ? 0 : 1;
  const last = op.out.at(-1) ?? "";
  return op.a.includes(last) && !op.b.includes(last) ? 1 : 0;
}

function planOf(
  builder: ScheduleBuilder,
  { a, c, labels }: Sides,
  shape: Shape,
  outStrides: readonly number[],
  addend: Addend | undefined,
): ContractionPlan {
  const [left, right] = [a, c].map((x) => ({ ...builder.view(x), shape: x.shape }));
  const spec = { ...labels, shape, outStrides, addendStrides: addend?.strides };
  return planContraction(spec, left!, right!);
}

/** addend and its kind, other operand and what is done with it. */
function endWords(
  builder: ScheduleBuilder,
  addend: Addend | undefined,
  { last }: FusedContraction,
  phase: Phase,
  target: Operand,
): (number | Operand)[] {
  return [
    addend?.operand ?? target,
    addend?.kind ?? ADDEND.none,
    last === undefined ? target : builder.dense(last.other, phase),
    last === undefined ? LAST.none : LAST[last.fn],
  ];
}

/** K, its strides, the counts of (outer k, b, m, n), then their tables. */
function tableWords({ inner, outer, batches, rows, columns }: ContractionPlan): Word[] {
  const counts = [outer.length / 2, batches.length / 4, rows.length / 2, columns.length / 2];
  return [inner.size, inner.a, inner.c, ...counts, outer, batches, rows, columns];
}

function opcodeOf({ a, c }: Sides): Opcode {
  if (a.extent === "shared") return "contractPlain";
  return c.extent === "shared" ? "contractShared" : "contractTiled";
}

/** A contraction with its end into `target`. */
export function emitContraction(
  builder: ScheduleBuilder,
  fused: FusedContraction,
  phase: Phase,
  target: Operand,
): void {
  const { contraction } = fused;
  const sides = sidesOf(contraction, rowsInput(contraction));
  const { a, c, labels } = sides;
  const { shape } = contraction;
  const addend = addendOf(builder, fused, labels.out, labels.b, phase);
  const plan = planOf(builder, sides, shape, rowMajorStrides(shape), addend);
  const end = endWords(builder, addend, fused, phase, target);
  const { op: stored } = builder.view(c).root;
  if (a.extent === "sample" && stored.kind === "constant" && stored.sparse) {
    const hasEnd = addend !== undefined || fused.last !== undefined;
    const { offset } = builder.view(c);
    const { count, terms, table } = sparseOutputs(plan, stored.values, offset, hasEnd);
    const all = (plan.batches.length / 4) * (plan.columns.length / 2);
    if (count < all) builder.fillZeros(target, sizeOf(shape), phase);
    const rows = plan.rows.length / 2;
    const operands = [target, builder.operand(a), ...end];
    const words = [...operands, rows, plan.rows, count, table];
    builder.push(phase, "contractSparse", words, rows * terms);
    return;
  }
  const operands = [target, builder.operand(a), builder.operand(c), ...end];
  const words = [...operands, ...tableWords(plan)];
  builder.push(phase, opcodeOf(sides), words, countProducts(plan));
}

/**
 * The sum over the batch of a contraction of two per-sample values, and perhaps of one of them over
 * what is summed, which goes to its accumulator in the place of an addend.
 */
export function emitContractionSum(
  builder: ScheduleBuilder,
  sum: Tensor,
  contraction: Tensor,
  columnSum: ColumnSum | undefined,
): void {
  const rows = columnSum === undefined ? rowsInput(contraction) : columnSum.input === 0 ? 1 : 0;
  const sides = sidesOf(contraction, rows);
  const { a, c, labels } = sides;
  const { shape } = contraction;
  const sizeOfLabel = (label: string) => shape[labels.out.indexOf(label)]!;
  /** Strides by which the result's axes lie in the order of `order`; 0 for others. */
  const stridesIn = (order: readonly string[]) => {
    const strides = rowMajorStrides(order.map(sizeOfLabel));
    return [...labels.out].map((label) => strides[order.indexOf(label)] ?? 0);
  };
  const rowsOnly = [...labels.out].filter((label) => !labels.b.includes(label));
  const ofC = [...labels.out].filter((label) => labels.b.includes(label));
  const ofBoth = ofC.filter((label) => labels.a.includes(label));
  const columns = ofC.filter((label) => !labels.a.includes(label));
  const outStrides = stridesIn([...ofBoth, ...rowsOnly, ...columns]);
  const target = builder.accumulator(sum, outStrides);
  const inC = [...labels.b].filter((label) => labels.out.includes(label));
  const addend = columnSum && {
    operand: builder.accumulator(columnSum.sum),
    kind: ADDEND.column,
    strides: stridesIn(inC),
  };
  const plan = planOf(builder, sides, shape, outStrides, addend);
  const end = endWords(builder, addend, { contraction }, "perTile", target);
  const operands = [target, builder.operand(a), builder.operand(c), ...end];
  const words = [...operands, ...tableWords(plan)];
  builder.push("perTile", "contractReduced", words, countProducts(plan));
}
