import { InterpBenchError } from "../../errors/index.ts";
import { formatShape, type Shape, sameShape } from "../graph/shape.ts";
import { type InputKind, type Tensor, topologicalOrder } from "../graph/tensor.ts";

/** A parameter's new value, written to its buffer when a run ends. */
export interface Update {
  readonly parameter: Tensor;
  /** Shared, of the parameter's shape. */
  readonly value: Tensor;
}

/** What a program computes. */
export interface ProgramSpec<O extends string> {
  /** Named results: per-sample tensors come back as `[batch, ...shape]`, shared ones as `[...shape]`. */
  readonly outputs: Readonly<Record<O, Tensor>>;
  /** In-place updates of parameters (optimiser steps). Default: none. */
  readonly updates?: readonly Update[];
}

/** An input that a run must provide. */
export interface ProgramInput {
  readonly name: string;
  readonly source: InputKind;
  readonly shape: Shape;
}

/** What to compute, in an order that a backend can follow. */
export interface Computation<O extends string = string> {
  readonly outputs: Readonly<Record<O, Tensor>>;
  readonly updates: readonly Update[];
  /** Every node once, after its inputs. */
  readonly order: readonly Tensor[];
}

/** A checked tensor program. */
export interface Program<O extends string = string> extends Computation<O> {
  readonly inputs: ReadonlyMap<string, ProgramInput>;
}

/** Puts graphs in order, without a check: of a program that was checked, or what computes the same. */
export function inOrder<O extends string>({
  outputs,
  updates = [],
}: ProgramSpec<O>): Computation<O> {
  const roots: Tensor[] = [...Object.values<Tensor>(outputs)];
  for (const { parameter, value } of updates) roots.push(parameter, value);
  return { outputs, updates, order: topologicalOrder(roots) };
}

function collectInputs(order: readonly Tensor[]): Map<string, ProgramInput> {
  const inputs = new Map<string, ProgramInput>();
  const owners = new Map<string, Tensor>();
  for (const tensor of order) {
    if (tensor.op.kind !== "input") continue;
    const { name, source } = tensor.op;
    const owner = owners.get(name);
    if (owner !== undefined && owner !== tensor) {
      throw new InterpBenchError("E_PROGRAM", `two different inputs are called "${name}"`, {
        hint: "Create an input once and use that tensor everywhere.",
      });
    }
    owners.set(name, tensor);
    inputs.set(name, { name, source, shape: tensor.shape });
  }
  return inputs;
}

/** Per-sample values are computed in one sweep over the batch, so none may wait for its sum. */
function assertOneSweep(order: readonly Tensor[]): void {
  const afterBatch = new Set<Tensor>();
  for (const tensor of order) {
    const waits = tensor.op.kind === "batchSum" || tensor.inputs.some((x) => afterBatch.has(x));
    if (!waits) continue;
    if (tensor.extent === "sample") {
      throw new InterpBenchError(
        "E_PROGRAM",
        `a per-sample value (${tensor.op.kind} ${formatShape(tensor.shape)}) depends on a sum over the batch`,
        { hint: "Run one program for the sum and pass its result to a second one as a scalar." },
      );
    }
    afterBatch.add(tensor);
  }
}

function assertUpdates(updates: readonly Update[]): void {
  for (const { parameter, value } of updates) {
    const isParameter = parameter.op.kind === "input" && parameter.op.source === "parameter";
    if (!isParameter || value.extent !== "shared" || !sameShape(parameter.shape, value.shape)) {
      throw new InterpBenchError("E_PROGRAM", "an update gives a parameter a value of its shape", {
        expected: `a parameter and a shared tensor ${formatShape(parameter.shape)}`,
        received: `${parameter.op.kind} and a ${value.extent} tensor ${formatShape(value.shape)}`,
      });
    }
  }
}

/**
 * Checks a graph and puts it in order.
 *
 * Throws `E_PROGRAM` when two inputs share a name, when an update does not fit its parameter, or
 * when a per-sample value depends on a sum over the batch.
 */
export function compile<O extends string>(spec: ProgramSpec<O>): Program<O> {
  assertUpdates(spec.updates ?? []);
  const computation = inOrder(spec);
  const { order } = computation;
  assertOneSweep(order);
  return { ...computation, inputs: collectInputs(order) };
}
