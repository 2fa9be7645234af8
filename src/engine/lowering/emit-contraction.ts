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
import type { Opcode, Operand } from "./steps.ts";
import { broadcastStrides } from "./view.ts";

/** The kernels' numbers for kinds of addend, and for what comes after it. */
const ADDEND = { none: 0, column: 1, sample: 2 } as const;
const LAST = { none: 0, add: 1, mul: 2 } as const;

/** Where an addend lies, its kind, and the strides with which it walks the result. */
interface Addend {
  readonly operand: Operand;
  readonly kind: number;
  readonly strides: readonly number[];
}

/**
 * The addend of a contraction. A shared one must be the same for all rows, the axes that `columns`
 * does not name; another one is copied to every sample.
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
  if (addend.extent === "sample" || isColumn) {
    const kind = addend.extent === "sample" ? ADDEND.sample : ADDEND.column;
    return { operand: builder.operand(addend), kind, strides };
  }
  return {
    operand: builder.ofExtent(addend, contraction, phase),
    kind: ADDEND.sample,
    strides: broadcastStrides(addend.shape, rowMajorStrides(addend.shape), contraction.shape),
  };
}

/** The sum of `c` over what is summed goes to an accumulator in the place of an addend. */
function columnSumOf(labels: string, out: string, shape: Shape, operand: Operand): Addend {
  const kept = [...labels].filter((label) => out.includes(label));
  const strides = rowMajorStrides(kept.map((label) => shape[labels.indexOf(label)]!));
  const strideOf = (label: string) => strides[kept.indexOf(label)] ?? 0;
  return { operand, kind: ADDEND.column, strides: [...out].map(strideOf) };
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
function tableWords({ inner, outer, batches, rows, columns }: ContractionPlan): number[] {
  const counts = [outer.length / 2, batches.length / 4, rows.length / 3, columns.length / 3];
  const tables = [...outer, ...batches, ...rows, ...columns];
  return [inner.size, inner.a, inner.c, ...counts, ...tables];
}

function opcodeOf(a: Tensor, c: Tensor, target: Operand): Opcode {
  if (target.storage.space === "accumulator") return "contractReduced";
  if (a.extent === "shared") return "contractPlain";
  return c.extent === "shared" ? "contractShared" : "contractTiled";
}

/**
 * A contraction with its end into `target`; where that is an accumulator, summed over the batch, and
 * perhaps with the sum of one of its inputs.
 */
export function emitContraction(
  builder: ScheduleBuilder,
  fused: FusedContraction,
  phase: Phase,
  target: Operand,
  columnSum?: ColumnSum & { readonly target: Operand },
): void {
  const { contraction } = fused;
  const { op, inputs, shape } = contraction;
  if (op.kind !== "contract") throw new Error(`internal: ${op.kind} is no contraction`);
  const rows = columnSum === undefined ? rowsInput(contraction) : 1 - columnSum.input;
  const [a, c] = [inputs[rows]!, inputs[1 - rows]!];
  const labels = rows === 0 ? { a: op.a, b: op.b } : { a: op.b, b: op.a };
  const addend =
    columnSum === undefined
      ? addendOf(builder, fused, op.out, labels.b, phase)
      : columnSumOf(labels.b, op.out, c.shape, columnSum.target);
  const spec = {
    ...labels,
    out: op.out,
    shape,
    outStrides: rowMajorStrides(shape),
    addendStrides: addend?.strides,
  };
  const views = [a, c].map((x) => ({ ...builder.view(x), shape: x.shape }));
  const plan = planContraction(spec, views[0]!, views[1]!);
  const end = endWords(builder, addend, fused, phase, target);
  const { op: stored } = builder.view(c).root;
  if (a.extent === "sample" && stored.kind === "constant" && stored.sparse) {
    const all = sparseOutputs(plan, stored.values, builder.view(c).offset);
    const isPlain = addend === undefined && fused.last === undefined;
    const outputs = isPlain ? all.filter(({ terms }) => terms.length > 0) : all;
    if (outputs.length < all.length) builder.fillZeros(target, sizeOf(shape), phase);
    const rows = plan.rows.length / 3;
    const terms = outputs.reduce((total, output) => total + output.terms.length / 2, 0);
    const words = [rows, ...plan.rows, outputs.length];
    for (const { at, terms: own } of outputs) words.push(...at, own.length / 2, ...own);
    const operands = [target, builder.operand(a), ...end];
    builder.push(phase, "contractSparse", [...operands, ...words], rows * terms);
    return;
  }
  const operands = [target, builder.operand(a), builder.operand(c), ...end];
  const words = [...operands, ...tableWords(plan)];
  builder.push(phase, opcodeOf(a, c, target), words, countProducts(plan));
}
