import { sizeOf } from "../graph/shape.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Computation } from "../program/program.ts";
import type { Steps } from "../program/steps.ts";
import { type Phase, ScheduleBuilder } from "./builder.ts";
import { emitAttention } from "./emit-attention.ts";
import { emitContraction, emitContractionSum } from "./emit-contraction.ts";
import { emit, emitBatchSum, emitPair, emitScatter } from "./emitters.ts";
import { type Fusions, findFusions } from "./fusions.ts";
import type { Schedule } from "./steps.ts";
import { collapseDimensions, derivedView } from "./view.ts";
import { wordsOf } from "./words.ts";

/** Shared values that wait for a sum over the batch. */
function afterTiles(order: readonly Tensor[]): Set<Tensor> {
  const waiting = new Set<Tensor>();
  for (const tensor of order) {
    const waits = tensor.op.kind === "batchSum" || tensor.inputs.some((x) => waiting.has(x));
    if (waits) waiting.add(tensor);
  }
  return waiting;
}

/** A sum over the batch, together with what it sums and what else that makes. */
function emitSum(builder: ScheduleBuilder, tensor: Tensor, fusions: Fusions): void {
  const fused = fusions.batchSums.get(tensor);
  if (fused?.op.kind === "contract") {
    emitContractionSum(builder, tensor, fused, fusions.columnSums.get(fused));
    return;
  }
  const target = builder.accumulator(tensor);
  if (fused?.op.kind === "scatterRows") {
    emitScatter(builder, fused, "perTile", target);
  } else if (fused?.op.kind === "reduce") {
    emitBatchSum(builder, target, fused.inputs[0]!, fused.op.axes);
  } else {
    emitBatchSum(builder, target, tensor.inputs[0]!, []);
  }
}

function storeSamples(builder: ScheduleBuilder, name: string, tensor: Tensor): void {
  const size = sizeOf(tensor.shape);
  const source = builder.dense(tensor, "perTile");
  const { slot } = builder.bind({ kind: "output", name, size, perSample: true });
  builder.push("perTile", "store", [source, slot, size]);
}

function storeShared(builder: ScheduleBuilder, name: string, tensor: Tensor): void {
  const size = sizeOf(tensor.shape);
  const storage = builder.bind({ kind: "output", name, size, perSample: false });
  const source = builder.dense(tensor, "after");
  const flat = collapseDimensions([size], [[1], [1]]);
  if (size > 0) builder.push("after", "copy", [{ storage, offset: 0 }, source, ...wordsOf(flat)]);
}

/** All new values are computed before the first one is written: one may be read by another. */
function storeUpdates(builder: ScheduleBuilder, updates: Computation["updates"]): void {
  const ready = updates.map(({ parameter, value }) => {
    const inParameter = builder.storageOf(value).space === "binding";
    const source = inParameter ? builder.copyOf(value, "after") : builder.dense(value, "after");
    return { storage: builder.storageOf(parameter), source, size: sizeOf(value.shape) };
  });
  for (const { storage, source, size } of ready) {
    const flat = collapseDimensions([size], [[1], [1]]);
    if (size > 0) builder.push("after", "copy", [{ storage, offset: 0 }, source, ...wordsOf(flat)]);
  }
}

/**
 * Orders a program's work in three phases and decides where every value lives: views share their
 * input's memory, contractions are fused with additions, and sums over the batch with what they sum. A
 * step for each node.
 */
export function* schedule(program: Computation): Steps<Schedule> {
  const builder = new ScheduleBuilder();
  const late = afterTiles(program.order);
  const fusions = findFusions(program);
  const { contractions, columnSums, pairs, attention, absorbed } = fusions;
  const made = new Set([...columnSums.values()].map(({ sum }) => sum));
  const outputs = Object.entries<Tensor>(program.outputs);
  const phaseOf = (tensor: Tensor): Phase => {
    if (tensor.extent === "sample") return "perTile";
    return late.has(tensor) ? "after" : "before";
  };
  const emitNode = (tensor: Tensor): void => {
    const fused = contractions.get(tensor);
    const pair = pairs.get(tensor);
    const mixed = attention.get(tensor);
    if (mixed) emitAttention(builder, mixed);
    else if (fused) emitContraction(builder, fused, "perTile", builder.allocate(tensor));
    else if (pair) emitPair(builder, pair);
    else if (made.has(tensor)) builder.accumulator(tensor);
    else if (tensor.op.kind === "batchSum") emitSum(builder, tensor, fusions);
    else {
      const source = tensor.inputs[0];
      const view = source && derivedView(tensor, builder.view(source));
      if (view) builder.alias(tensor, view);
      else emit(builder, tensor, phaseOf(tensor));
    }
  };
  for (const tensor of program.order) {
    yield 0;
    if (absorbed.has(tensor)) continue;
    if (!builder.has(tensor)) emitNode(tensor);
    for (const [name, output] of outputs) {
      if (output === tensor && tensor.extent === "sample") storeSamples(builder, name, tensor);
    }
  }
  for (const [name, output] of outputs) {
    if (output.extent === "shared") storeShared(builder, name, output);
  }
  storeUpdates(builder, program.updates);
  return builder.finish();
}
