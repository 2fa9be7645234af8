import type { Program } from "./program.ts";
import type { Steps } from "./steps.ts";

/** Numbers as backends take and give them, row-major. */
export type Values = Float32Array | Float64Array;

/** Memory of a backend. Parameters, data sets and cached activations live in buffers. */
export interface Buffer {
  /** Number of elements. */
  readonly length: number;
  /** A copy of the contents. */
  read(): Values;
  /** The contents themselves, which are not to be changed; good until the backend's next call. */
  view(): Values;
  /** Overwrites elements from `offset` on. Throws `E_SHAPE` when they do not fit. */
  write(values: ArrayLike<number>, offset?: number): void;
  /** Frees the memory; the buffer must not be used afterwards. */
  dispose(): void;
}

/** Sequences drawn from a table `[row, ...shape]`: sequence `i` of the batch is row `rows[i]`. */
export interface SampleRows {
  readonly table: Buffer | Values;
  readonly rows: Int32Array | Uint32Array;
}

/** Where a run finds an input: a buffer, plain values (copied in), or rows of a table. */
export type Binding = Buffer | Values | SampleRows;

/** What a run is given. */
export interface RunOptions<O extends string = string> {
  /** Number of sequences, ≥ 0. */
  readonly batch: number;
  /** Every sample input and parameter of the program by name. Updates need a `Buffer`. */
  readonly inputs?: Readonly<Record<string, Binding>>;
  /** Every scalar of the program by name. */
  readonly scalars?: Readonly<Record<string, number | ArrayLike<number>>>;
  /** Outputs to leave in a buffer instead of returning them. */
  readonly into?: Readonly<Partial<Record<O, Buffer>>>;
}

/** A loaded program, and what a run of it is given. */
export interface Run<O extends string = string> {
  readonly executable: Executable<O>;
  readonly options: RunOptions<O>;
}

/** What runs give: each its program's outputs, but for those left in buffers. */
export type RunResults<Runs extends readonly Run[]> = {
  [I in keyof Runs]: Runs[I] extends Run<infer O> ? Record<O, Values> : never;
};

/** A program on a backend, where its first run makes it ready. */
export interface Executable<O extends string = string> {
  readonly program: Program<O>;
  /**
   * Computes the outputs for a batch and applies the updates.
   *
   * Throws `E_BINDING` when an input is missing, unknown or of the wrong size, and `E_SHAPE` for
   * rows outside their table.
   */
  run(options: RunOptions<O>): Record<O, Values>;
  /** {@link Executable.run} in steps, see {@link Backend.runInSteps}. */
  runInSteps(options: RunOptions<O>): Steps<Record<O, Values>>;
  /** Frees what the program holds on the backend. */
  dispose(): void;
}

/** The memory that a backend's buffers, programs and runs take, in bytes. */
export interface MemoryUse {
  /** Taken now, each block rounded up to a cache line. */
  readonly used: number;
  /** The most that was ever taken at one time. */
  readonly peak: number;
  /** What the backend has asked the system for; it never shrinks, and gaps count. */
  readonly reserved: number;
}

/** Something that executes tensor programs. All backends give the same results within rounding. */
export interface Backend {
  readonly name: "reference" | "wasm" | "native";
  /**
   * New memory: zeros for a length, or a copy of values. With `isFilled: false` (default true) there may be
   * anything instead of zeros, for the first run to overwrite.
   */
  buffer(
    valuesOrLength: number | ArrayLike<number>,
    options?: { readonly isFilled?: boolean },
  ): Buffer;
  /** Takes a program; load once, run often. The first run makes it ready, which can take longer than the run. */
  load<O extends string>(program: Program<O>): Executable<O>;
  /**
   * Runs programs one after the other in one call: each finds in this backend's buffers what those
   * before it left there (`into`, updates). All are checked before the first one starts, and arrays
   * and other backends' buffers are copied in then.
   *
   * Throws what `run` throws, and `E_BINDING` for a program that is not loaded on this backend.
   */
  runAll<const Runs extends readonly Run[]>(runs: Runs): RunResults<Runs>;
  /**
   * The same as {@link runAll}, bit by bit, in steps of some milliseconds of work; the last returns the
   * results. What takes less is a single one, and costs what it costs in `runAll`. Programs that are run for the
   * first time are made ready in steps, too. In between, other programs may run, but not write what these read.
   * With several threads, a step is a whole run.
   */
  runInSteps<const Runs extends readonly Run[]>(runs: Runs): Steps<RunResults<Runs>>;
  /**
   * What buffers, loaded programs and runs take; `undefined` where JavaScript's own memory holds
   * them (`reference`). Arrays that a run returns are not counted.
   */
  memory(): MemoryUse | undefined;
  /** Frees everything. */
  dispose(): void;
}
