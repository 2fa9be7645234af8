import { rowMajorStrides, sizeOf } from "../graph/shape.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Phase, ScheduleBuilder } from "./builder.ts";
import {
  type ContractionPlan,
  countProducts,
  planContraction,
  sparseOutputs,
} from "./contraction.ts";
import type { FusedContraction } from "./fusions.ts";
import type { Opcode, Operand } from "./steps.ts";

/** The kernels' numbers for kinds of addend, and for what comes after it. */
const ADDEND = { none: 0, shared: 1, sample: 2, column: 3 } as const;
const LAST = { none: 0, add: 1, mul: 2 } as const;

/** An addend's kind; a shared one that all rows of the contraction read alike is a column. */
function addendKind(addend: Tensor | undefined, { rows }: ContractionPlan): number {
  if (addend === undefined) return ADDEND.none;
  const alike = addend.extent === "shared" && rows.every((at, i) => i % 3 !== 1 || at === 0);
  return alike ? ADDEND.column : ADDEND[addend.extent];
}

/** addend and its kind, other operand and what is done with it. */
function endWords(
  builder: ScheduleBuilder,
  { addend, last }: FusedContraction,
  plan: ContractionPlan,
  phase: Phase,
  target: Operand,
): (number | Operand)[] {
  return [
    addend === undefined ? target : builder.operand(addend),
    addendKind(addend, plan),
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
 * A contraction with its end into `target`; where that is an accumulator, summed over the batch.
 */
export function emitContraction(
  builder: ScheduleBuilder,
  fused: FusedContraction,
  phase: Phase,
  target: Operand,
): void {
  const { contraction, addend } = fused;
  const { op, shape } = contraction;
  if (op.kind !== "contract") throw new Error(`internal: ${op.kind} is no contraction`);
  const [first, second] = [contraction.inputs[0]!, contraction.inputs[1]!];
  const swap = first.extent === "shared" && second.extent === "sample";
  const [a, c] = swap ? [second, first] : [first, second];
  const spec = {
    ...(swap ? { a: op.b, b: op.a } : { a: op.a, b: op.b }),
    out: op.out,
    shape,
    outStrides: rowMajorStrides(shape),
    addendStrides: addend && builder.walk(addend, contraction),
  };
  const views = [a, c].map((x) => ({ ...builder.view(x), shape: x.shape }));
  const plan = planContraction(spec, views[0]!, views[1]!);
  const end = endWords(builder, fused, plan, phase, target);
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
