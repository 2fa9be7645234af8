import { InterpBenchError } from "../../errors/index.ts";
import { sizeOf } from "../graph/shape.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type LoweredProgram, lower } from "../lowering/lower.ts";
import type { Backend, Buffer, Executable, RunOptions, Values } from "../program/backend.ts";
import { isBuffer, type ResolvedBindings, resolveBindings } from "../program/bindings.ts";
import type { Program } from "../program/program.ts";
import type { WasmMemory } from "./memory.ts";
import { instantiateKernels, type Kernels, type WasmVariant } from "./module.ts";

/** Sequences per tile: the lanes of the kernels' vectors. */
const LANES = 16;
const FLOAT_BYTES = 4;

/** A buffer in WebAssembly memory. */
class WasmBuffer implements Buffer {
  readonly length: number;
  readonly address: number;
  private readonly memory: WasmMemory;

  constructor(memory: WasmMemory, valuesOrLength: number | ArrayLike<number>) {
    const isLength = typeof valuesOrLength === "number";
    this.memory = memory;
    this.length = isLength ? valuesOrLength : valuesOrLength.length;
    this.address = memory.allocate(this.length * FLOAT_BYTES);
    if (isLength) this.view().fill(0);
    else this.view().set(valuesOrLength);
  }

  private view(): Float32Array {
    return new Float32Array(this.memory.memory.buffer, this.address, this.length);
  }

  read(): Float32Array {
    return this.view().slice();
  }

  write(values: ArrayLike<number>, offset = 0): void {
    if (offset < 0 || offset + values.length > this.length) {
      throw new InterpBenchError("E_SHAPE", "the values do not fit into the buffer", {
        expected: `at most ${this.length - offset} values at offset ${offset}`,
        received: String(values.length),
      });
    }
    this.view().set(values, offset);
  }

  dispose(): void {
    this.memory.release(this.address);
  }
}

/** Memory that a run needs only for itself. */
class Scratch {
  private readonly addresses: number[] = [];
  private readonly memory: WasmMemory;

  constructor(memory: WasmMemory) {
    this.memory = memory;
  }

  reserve(elements: number): number {
    const at = this.memory.allocate(elements * FLOAT_BYTES);
    this.addresses.push(at);
    return at;
  }

  floats(values: ArrayLike<number>): number {
    const at = this.reserve(values.length);
    this.memory.floats.set(values, at / FLOAT_BYTES);
    return at;
  }

  ints(values: ArrayLike<number>): number {
    const at = this.reserve(values.length);
    this.memory.ints.set(values, at / FLOAT_BYTES);
    return at;
  }

  release(): void {
    for (const at of this.addresses) this.memory.release(at);
  }
}

/** The addresses of a loaded program's own memory. */
interface Loaded {
  readonly lowered: LoweredProgram;
  readonly before: number;
  readonly perTile: number;
  readonly after: number;
  readonly shared: number;
  readonly accumulator: number;
  readonly tile: number;
  readonly bindings: number;
  readonly rows: number;
}

function place(lowered: LoweredProgram, memory: WasmMemory, scratch: Scratch): Loaded {
  const shared = scratch.reserve(lowered.sharedSize);
  for (const { offset, values } of lowered.constants) {
    memory.floats.set(values, shared / FLOAT_BYTES + offset);
  }
  return {
    lowered,
    before: scratch.ints(lowered.before),
    perTile: scratch.ints(lowered.perTile),
    after: scratch.ints(lowered.after),
    shared,
    accumulator: scratch.reserve(lowered.accumulatorSize),
    tile: scratch.reserve(lowered.tileSize * LANES),
    bindings: scratch.reserve(lowered.bindings.length),
    rows: scratch.reserve(lowered.bindings.length),
  };
}

/** Writes the addresses of tables, parameters and outputs; returns where the outputs are. */
function bind<O extends string>(
  loaded: Loaded,
  memory: WasmMemory,
  resolved: ResolvedBindings,
  options: RunOptions<O>,
  scratch: Scratch,
): Map<string, number> {
  const addressOf = (source: Buffer | Values): number => {
    if (source instanceof WasmBuffer) return source.address;
    return scratch.floats(isBuffer(source) ? source.read() : source);
  };
  const outputs = new Map<string, number>();
  const addresses: number[] = [];
  const rows = new Array<number>(loaded.lowered.bindings.length).fill(0);
  for (const slot of loaded.lowered.bindings) {
    if (slot.kind === "sample") {
      const sample = resolved.samples.get(slot.name)!;
      addresses.push(addressOf(sample.table));
      if (sample.rows !== undefined) rows[slot.rowsSlot] = scratch.ints(sample.rows);
    } else if (slot.kind === "parameter") {
      addresses.push(addressOf(resolved.parameters.get(slot.name)!));
    } else {
      const target = options.into?.[slot.name as O];
      const size = slot.size * (slot.perSample ? options.batch : 1);
      const at = target instanceof WasmBuffer ? target.address : scratch.reserve(size);
      addresses.push(at);
      outputs.set(slot.name, at);
    }
  }
  memory.ints.set(addresses, loaded.bindings / FLOAT_BYTES);
  memory.ints.set(rows, loaded.rows / FLOAT_BYTES);
  return outputs;
}

function execute<O extends string>(
  program: Program<O>,
  loaded: Loaded,
  kernels: Kernels,
  memory: WasmMemory,
  options: RunOptions<O>,
): Record<O, Values> {
  const resolved = resolveBindings(program, options);
  const scratch = new Scratch(memory);
  try {
    const outputs = bind(loaded, memory, resolved, options, scratch);
    const { lowered, shared, accumulator, bindings } = loaded;
    const floats = memory.floats;
    const [sharedAt, accumulatorAt] = [shared / FLOAT_BYTES, accumulator / FLOAT_BYTES];
    for (const [name, offset] of lowered.scalars) {
      floats.set(resolved.scalars.get(name)!, sharedAt + offset);
    }
    if (lowered.batchSize !== undefined) floats[sharedAt + lowered.batchSize] = options.batch;
    floats.fill(0, accumulatorAt, accumulatorAt + lowered.accumulatorSize);

    kernels.run_once(loaded.before, lowered.before.length, shared, accumulator, bindings);
    kernels.run_tiles(
      loaded.perTile,
      lowered.perTile.length,
      loaded.tile,
      shared,
      accumulator,
      bindings,
      loaded.rows,
      options.batch,
      0,
      Math.ceil(options.batch / LANES),
    );
    kernels.run_once(loaded.after, lowered.after.length, shared, accumulator, bindings);

    const results = {} as Record<O, Values>;
    for (const name of Object.keys(program.outputs) as O[]) {
      const tensor: Tensor = program.outputs[name];
      const size = sizeOf(tensor.shape) * (tensor.extent === "sample" ? options.batch : 1);
      const values = new Float32Array(memory.memory.buffer, outputs.get(name)!, size);
      const target = options.into?.[name];
      if (target === undefined) results[name] = values.slice();
      else if (!(target instanceof WasmBuffer)) target.write(values);
    }
    return results;
  } finally {
    scratch.release();
  }
}

/** Options of {@link wasmBackend}. */
export interface WasmOptions {
  /** Which build of the kernels; by default `relaxed` where it compiles, else `simd`. */
  readonly variant?: WasmVariant;
}

/**
 * The backend that runs everywhere: the C kernels in WebAssembly SIMD, float32, one thread.
 *
 * Parameters bound as this backend's own buffers are used and updated in place; other buffers and
 * plain arrays are copied in.
 */
export async function wasmBackend(options: WasmOptions = {}): Promise<Backend> {
  const { kernels, memory } = await instantiateKernels(options.variant);
  return {
    name: "wasm",
    buffer: (valuesOrLength) => new WasmBuffer(memory, valuesOrLength),
    load: <O extends string>(program: Program<O>): Executable<O> => {
      const own = new Scratch(memory);
      const loaded = place(lower(program), memory, own);
      return {
        program,
        run: (runOptions) => execute(program, loaded, kernels, memory, runOptions),
        dispose: () => own.release(),
      };
    },
    dispose: () => {},
  };
}
