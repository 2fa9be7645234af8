import { InterpBenchError, unknownNameError } from "../../errors/index.ts";
import { formatShape, sizeOf } from "../graph/shape.ts";
import type { Binding, Buffer, RunOptions, SampleRows, Values } from "./backend.ts";
import type { Program, ProgramInput } from "./program.ts";

/** A run's inputs after checking, in the order of the program's inputs. */
export interface ResolvedBindings {
  /** Per sample: a table and, for each sequence, its row (`undefined`: row i is sequence i). */
  readonly samples: ReadonlyMap<
    string,
    { readonly table: Buffer | Values; readonly rows: SampleRows["rows"] | undefined }
  >;
  readonly parameters: ReadonlyMap<string, Buffer | Values>;
  readonly scalars: ReadonlyMap<string, ArrayLike<number>>;
}

/** Whether a binding lives on a backend, rather than in a typed array. */
export function isBuffer(value: Binding): value is Buffer {
  return "dispose" in value;
}

const isRows = (value: Binding): value is SampleRows => "rows" in value && "table" in value;

/** That a run names a program which its backend has not loaded, or has freed. */
export function notLoadedError(): InterpBenchError {
  return new InterpBenchError("E_BINDING", "the program of a run is not loaded on this backend", {
    hint: "Load it with this backend's load(program), and dispose of it after its last run.",
  });
}

function missing(input: ProgramInput): InterpBenchError {
  const where = input.source === "scalar" ? "scalars" : "inputs";
  return new InterpBenchError("E_BINDING", `the ${input.source} input "${input.name}" is missing`, {
    expected: `${where}["${input.name}"] with shape ${formatShape(input.shape)}`,
  });
}

function assertLength(input: ProgramInput, expected: number, received: number): void {
  if (expected !== received) {
    throw new InterpBenchError("E_BINDING", `"${input.name}" has the wrong number of values`, {
      expected: `${expected} (${input.source} input ${formatShape(input.shape)})`,
      received: String(received),
    });
  }
}

/** The least and the largest of some row numbers; `undefined` if there are none. */
type RowRange = { readonly least: number; readonly largest: number } | undefined;

function rangeOf(rows: SampleRows["rows"]): RowRange {
  if (rows.length === 0) return undefined;
  let least = rows[0]!;
  let largest = least;
  for (let i = 1; i < rows.length; i++) {
    const row = rows[i]!;
    if (row < least) least = row;
    if (row > largest) largest = row;
  }
  return { least, largest };
}

/** Finds ranges of row numbers, each array's once: many inputs are drawn by the same rows. */
export class RowRanges {
  private readonly known = new Map<SampleRows["rows"], RowRange>();

  of(rows: SampleRows["rows"]): RowRange {
    if (this.known.has(rows)) return this.known.get(rows);
    const range = rangeOf(rows);
    this.known.set(rows, range);
    return range;
  }
}

function resolveSample(input: ProgramInput, binding: Binding, batch: number, ranges: RowRanges) {
  const width = sizeOf(input.shape);
  if (!isRows(binding)) {
    assertLength(input, batch * width, binding.length);
    return { table: binding, rows: undefined };
  }
  const { table, rows } = binding;
  assertLength(input, batch, rows.length);
  const count = width === 0 ? Number.POSITIVE_INFINITY : table.length / width;
  if (width > 0 && !Number.isInteger(count))
    assertLength(input, Math.ceil(count) * width, table.length);
  const range = ranges.of(rows);
  if (range !== undefined && (range.least < 0 || range.largest >= count)) {
    const row = range.least < 0 ? range.least : range.largest;
    throw new InterpBenchError("E_BINDING", `"${input.name}" has no row ${row}`, {
      expected: `rows from 0 to ${count - 1}`,
      received: String(row),
    });
  }
  return { table, rows };
}

/**
 * Checks what a run was given against what its program needs; throws `E_BINDING`. `ranges`: shared by
 * runs that are checked together.
 */
export function resolveBindings<O extends string>(
  program: Program<O>,
  options: RunOptions<O>,
  ranges: RowRanges,
): ResolvedBindings {
  const { batch, inputs = {}, scalars = {} } = options;
  if (!Number.isInteger(batch) || batch < 0) {
    throw new InterpBenchError("E_BINDING", "a run needs the number of its sequences", {
      expected: "batch: a whole number of at least 0",
      received: String(batch),
    });
  }
  const named = (source: (input: ProgramInput) => boolean) =>
    [...program.inputs.values()].filter(source).map((input) => input.name);
  for (const name of Object.keys(inputs)) {
    if (!program.inputs.has(name)) {
      throw unknownNameError(
        "E_BINDING",
        "input",
        name,
        named((i) => i.source !== "scalar"),
      );
    }
  }
  for (const name of Object.keys(scalars)) {
    if (program.inputs.get(name)?.source !== "scalar") {
      throw unknownNameError(
        "E_BINDING",
        "scalar",
        name,
        named((i) => i.source === "scalar"),
      );
    }
  }
  const resolved = {
    samples: new Map<string, { table: Buffer | Values; rows: SampleRows["rows"] | undefined }>(),
    parameters: new Map<string, Buffer | Values>(),
    scalars: new Map<string, ArrayLike<number>>(),
  };
  for (const input of program.inputs.values()) {
    if (input.source === "scalar") {
      const value = scalars[input.name];
      if (value === undefined) throw missing(input);
      const values = typeof value === "number" ? [value] : value;
      assertLength(input, sizeOf(input.shape), values.length);
      resolved.scalars.set(input.name, values);
      continue;
    }
    const binding = inputs[input.name];
    if (binding === undefined) throw missing(input);
    if (input.source === "sample") {
      resolved.samples.set(input.name, resolveSample(input, binding, batch, ranges));
    } else if (isRows(binding)) {
      throw new InterpBenchError(
        "E_BINDING",
        `the parameter "${input.name}" cannot be drawn by rows`,
      );
    } else {
      assertLength(input, sizeOf(input.shape), binding.length);
      resolved.parameters.set(input.name, binding);
    }
  }
  for (const { parameter } of program.updates) {
    const name = parameter.op.kind === "input" ? parameter.op.name : "";
    const binding = resolved.parameters.get(name);
    if (binding === undefined || !isBuffer(binding)) {
      throw new InterpBenchError("E_BINDING", `"${name}" is updated, so it must be a buffer`, {
        hint: "Make one with backend.buffer(values).",
      });
    }
  }
  for (const [name, buffer] of Object.entries<Buffer | undefined>(options.into ?? {})) {
    const output = program.outputs[name as O];
    if (output === undefined) {
      throw unknownNameError("E_BINDING", "output", name, Object.keys(program.outputs));
    }
    const length = sizeOf(output.shape) * (output.extent === "sample" ? batch : 1);
    if (buffer !== undefined && buffer.length !== length) {
      throw new InterpBenchError(
        "E_BINDING",
        `the buffer for output "${name}" has the wrong size`,
        {
          expected: String(length),
          received: String(buffer.length),
        },
      );
    }
  }
  return resolved;
}
