import { sameShape, sizeOf } from "../graph/shape.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Program } from "../program/program.ts";
import { type Phase, ScheduleBuilder } from "./builder.ts";
import { emit, emitContraction, emitScatter } from "./emitters.ts";
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

function countUses(program: Program): Map<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const use = (tensor: Tensor) => uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  for (const tensor of program.order) for (const input of tensor.inputs) use(input);
  for (const output of Object.values<Tensor>(program.outputs)) use(output);
  for (const { value } of program.updates) use(value);
  return uses;
}

/**
 * Nodes that are computed together with their only user: contractions and scatters with the sum
 * over the batch (both operands per sample), contractions with an addition.
 */
function findFusions(program: Program): Map<Tensor, Tensor> {
  const uses = countUses(program);
  const fused = new Map<Tensor, Tensor>();
  for (const user of program.order) {
    const only = user.inputs.filter((x) => uses.get(x) === 1 && x.extent === "sample");
    if (user.op.kind === "batchSum") {
      const found = only.find(
        (x) =>
          x.op.kind === "scatterRows" ||
          (x.op.kind === "contract" && x.inputs.every((input) => input.extent === "sample")),
      );
      if (found !== undefined) fused.set(user, found);
    } else if (user.op.kind === "binary" && user.op.fn === "add") {
      const found = only.findLast(
        (x) => x.op.kind === "contract" && sameShape(x.shape, user.shape),
      );
      if (found !== undefined) fused.set(user, found);
    }
  }
  return fused;
}

/** `contraction + addend` in one step. */
function emitAddition(builder: ScheduleBuilder, tensor: Tensor, contraction: Tensor): void {
  const addend = tensor.inputs.find((x) => x !== contraction)!;
  emitContraction(builder, contraction, "perTile", builder.allocate(tensor), addend);
}

function emitBatchSum(builder: ScheduleBuilder, tensor: Tensor, fused: Tensor | undefined): void {
  const source = tensor.inputs[0]!;
  const size = sizeOf(tensor.shape);
  const target = builder.own(tensor, { space: "accumulator", size });
  if (fused === undefined) {
    builder.push("perTile", "batchSum", [target, builder.dense(source, "perTile"), size]);
  } else if (source.op.kind === "contract") {
    emitContraction(builder, source, "perTile", target);
  } else {
    emitScatter(builder, source, "perTile", target);
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
function storeUpdates(builder: ScheduleBuilder, updates: Program["updates"]): void {
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
 * input's memory, contractions are fused with additions, and sums over the batch with what they sum.
 */
export function schedule(program: Program): Schedule {
  const builder = new ScheduleBuilder();
  const late = afterTiles(program.order);
  const fusions = findFusions(program);
  const absorbed = new Set(fusions.values());
  const outputs = Object.entries<Tensor>(program.outputs);
  const phaseOf = (tensor: Tensor): Phase => {
    if (tensor.extent === "sample") return "perTile";
    return late.has(tensor) ? "after" : "before";
  };
  const emitNode = (tensor: Tensor): void => {
    const fused = fusions.get(tensor);
    const source = tensor.inputs[0];
    const view = source && !absorbed.has(source) && derivedView(tensor, builder.view(source));
    if (tensor.op.kind === "batchSum") emitBatchSum(builder, tensor, fused);
    else if (fused !== undefined) emitAddition(builder, tensor, fused);
    else if (view) builder.alias(tensor, view);
    else emit(builder, tensor, phaseOf(tensor));
  };
  for (const tensor of program.order) {
    if (absorbed.has(tensor)) continue;
    emitNode(tensor);
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
