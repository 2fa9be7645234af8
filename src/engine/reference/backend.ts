import { InterpBenchError } from "../../errors/index.ts";
import { sizeOf } from "../graph/shape.ts";
import type { Tensor } from "../graph/tensor.ts";
import type {
  Backend,
  Buffer,
  Executable,
  Run,
  RunOptions,
  RunResults,
  Values,
} from "../program/backend.ts";
import {
  isBuffer,
  notLoadedError,
  type ResolvedBindings,
  RowRanges,
  resolveBindings,
} from "../program/bindings.ts";
import type { Program } from "../program/program.ts";
import { runSteps, type Steps } from "../program/steps.ts";
import { type Evaluate, isComputed, nodeEvaluator } from "./evaluate.ts";

function makeBuffer(valuesOrLength: number | ArrayLike<number>): Buffer {
  const data =
    typeof valuesOrLength === "number"
      ? new Float64Array(valuesOrLength)
      : Float64Array.from(valuesOrLength);
  return {
    length: data.length,
    read: () => data.slice(),
    view: () => data,
    write: (values, offset = 0) => {
      if (offset < 0 || offset + values.length > data.length) {
        throw new InterpBenchError("E_SHAPE", "the values do not fit into the buffer", {
          expected: `at most ${data.length - offset} values at offset ${offset}`,
          received: String(values.length),
        });
      }
      data.set(values, offset);
    },
    dispose: () => {},
  };
}

/** The numbers of a binding, not to be changed. */
function valuesOf(source: Buffer | Values): Float64Array {
  const values = isBuffer(source) ? source.read() : source;
  return values instanceof Float64Array ? values : new Float64Array(values);
}

/** A value of the run: one array for a shared tensor, one per sequence for a per-sample one. */
type Value = readonly Float64Array[];

function inputValue(
  tensor: Tensor,
  name: string,
  bindings: ResolvedBindings,
  batch: number,
): Value {
  const scalar = bindings.scalars.get(name);
  if (scalar !== undefined) return [Float64Array.from(scalar)];
  const parameter = bindings.parameters.get(name);
  if (parameter !== undefined) return [valuesOf(parameter)];
  const { table, rows } = bindings.samples.get(name)!;
  const width = sizeOf(tensor.shape);
  const values = valuesOf(table);
  return Array.from({ length: batch }, (_, i) => {
    const row = rows === undefined ? i : rows[i]!;
    return values.slice(row * width, (row + 1) * width);
  });
}

function batchTotal(value: Value, size: number): Value {
  const total = new Float64Array(size);
  for (const sample of value) for (let i = 0; i < size; i++) total[i]! += sample[i]!;
  return [total];
}

/** What computes the nodes of a program, but for those that are given. */
type Evaluators = ReadonlyMap<Tensor, Evaluate>;

const evaluatorsOf = ({ order }: Program): Evaluators =>
  new Map(order.filter(isComputed).map((tensor) => [tensor, nodeEvaluator(tensor)]));

function compute<O extends string>(
  program: Program<O>,
  evaluators: Evaluators,
  options: RunOptions<O>,
  bindings: ResolvedBindings,
): Record<O, Values> {
  const { batch } = options;
  const values = new Map<Tensor, Value>();
  const evaluate = (tensor: Tensor): Value => {
    const { op, inputs } = tensor;
    if (op.kind === "input") return inputValue(tensor, op.name, bindings, batch);
    if (op.kind === "constant") return [op.values];
    if (op.kind === "batchSize") return [Float64Array.of(batch)];
    if (op.kind === "sampleMask") return Array.from({ length: batch }, () => Float64Array.of(1));
    const operands = inputs.map((input) => {
      const value = values.get(input)!;
      return input.extent === "sample" ? (i: number) => value[i]! : () => value[0]!;
    });
    const size = sizeOf(tensor.shape);
    if (op.kind === "batchSum") {
      return batchTotal(
        Array.from({ length: batch }, (_, i) => operands[0]!(i)),
        size,
      );
    }
    const count = tensor.extent === "sample" ? batch : 1;
    const evaluateSample = evaluators.get(tensor)!;
    const { buffer } = new Float64Array(size * count);
    return Array.from({ length: count }, (_, i) => {
      const out = new Float64Array(buffer, i * size * Float64Array.BYTES_PER_ELEMENT, size);
      evaluateSample(
        operands.map((operand) => operand(i)),
        out,
      );
      return out;
    });
  };
  for (const tensor of program.order) values.set(tensor, evaluate(tensor));

  const flat = (tensor: Tensor): Float64Array => {
    const size = sizeOf(tensor.shape);
    const out = new Float64Array(size * (tensor.extent === "sample" ? batch : 1));
    for (const [i, sample] of values.get(tensor)!.entries()) out.set(sample, i * size);
    return out;
  };
  const results = {} as Record<O, Values>;
  for (const name of Object.keys(program.outputs) as O[]) {
    const result = flat(program.outputs[name]);
    const target = options.into?.[name];
    if (target === undefined) results[name] = result;
    else target.write(result);
  }
  const updated = program.updates.map(({ parameter, value }) => ({ parameter, data: flat(value) }));
  for (const { parameter, data } of updated) {
    const binding = bindings.parameters.get(parameter.op.kind === "input" ? parameter.op.name : "");
    if (binding !== undefined && isBuffer(binding)) binding.write(data);
  }
  return results;
}

/**
 * The backend that is slow and obviously right: float64, one sequence and one operation at a
 * time, straight from the graph. It is the oracle of the others.
 */
export function referenceBackend(): Backend {
  const loaded = new WeakMap<Executable, Evaluators>();
  /** Checks all runs, and returns what computes each of them. */
  const check = (runs: readonly Run[]): (() => Record<string, Values>)[] => {
    const ranges = new RowRanges();
    return runs.map(({ executable, options }) => {
      const evaluators = loaded.get(executable);
      if (evaluators === undefined) throw notLoadedError();
      const bindings = resolveBindings(executable.program, options, ranges);
      return () => compute(executable.program, evaluators, options, bindings);
    });
  };
  function* runInSteps<const Runs extends readonly Run[]>(runs: Runs): Steps<RunResults<Runs>> {
    const results: Record<string, Values>[] = [];
    for (const work of check(runs)) {
      results.push(work());
      yield results.length / runs.length;
    }
    return results as unknown as RunResults<Runs>;
  }
  const runAll = <const Runs extends readonly Run[]>(runs: Runs) => runSteps(runInSteps(runs));
  return {
    name: "reference",
    buffer: makeBuffer,
    load: <O extends string>(program: Program<O>): Executable<O> => {
      const executable: Executable<O> = {
        program,
        run: (options) => runAll([{ executable, options }])[0],
        *runInSteps(options) {
          return (yield* runInSteps([{ executable, options }]))[0];
        },
        dispose: () => void loaded.delete(executable),
      };
      loaded.set(executable, evaluatorsOf(program));
      return executable;
    },
    runAll,
    runInSteps,
    memory: () => undefined,
    dispose: () => {},
  };
}
