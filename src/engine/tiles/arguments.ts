import { sizeOf } from "../graph/shape.ts";
import type { Buffer, RunOptions, Values } from "../program/backend.ts";
import { isBuffer, type ResolvedBindings } from "../program/bindings.ts";
import type { Program } from "../program/program.ts";
import { Blocks } from "./blocks.ts";
import { TileBuffer } from "./buffer.ts";
import type { LoadedProgram } from "./loaded-program.ts";
import type { TileMemory } from "./memory.ts";

/** What the runs of a call are given, in the kernels' memory: each array is copied in once. */
export class Arguments {
  readonly memory: TileMemory;
  /** Where it lies, released when the call ends. */
  readonly blocks: Blocks;
  private readonly copies = new Map<Buffer | ArrayLike<number>, number>();

  constructor(memory: TileMemory) {
    this.memory = memory;
    this.blocks = new Blocks(memory);
  }

  /** Whether kernels can work on a buffer where it is. */
  isOwn(buffer: unknown): buffer is TileBuffer {
    return buffer instanceof TileBuffer && buffer.memory === this.memory;
  }

  valuesAt(source: Buffer | Values): number {
    if (this.isOwn(source)) return source.at;
    return this.copy(source, () => this.blocks.floats(isBuffer(source) ? source.read() : source));
  }

  rowsAt(rows: Int32Array | Uint32Array): number {
    return this.copy(rows, () => this.blocks.words(rows));
  }

  private copy(source: Buffer | ArrayLike<number>, place: () => number): number {
    const at = this.copies.get(source) ?? place();
    this.copies.set(source, at);
    return at;
  }
}

/** Where the arguments of one run are. */
export interface BoundRun {
  /** A list of the places of constants, scalars, inputs and outputs. */
  readonly bindings: number;
  /** A list of the places of row numbers. */
  readonly rows: number;
  /** Places of the outputs by name. */
  readonly outputs: ReadonlyMap<string, number>;
}

/** Scalars and batch size. */
function placeScalars(
  { lowered }: LoadedProgram,
  { scalars }: ResolvedBindings,
  batch: number,
  { memory, blocks }: Arguments,
): number {
  const at = blocks.reserve(lowered.scalarSize);
  const { floats } = memory;
  for (const [name, offset] of lowered.scalars) floats.set(scalars.get(name)!, at + offset);
  if (lowered.batchSize !== undefined) floats[at + lowered.batchSize] = batch;
  return at;
}

/** Writes down where a run finds its inputs and leaves its outputs. */
export function bindRun<O extends string>(
  placed: LoadedProgram,
  resolved: ResolvedBindings,
  options: RunOptions<O>,
  given: Arguments,
): BoundRun {
  const { batch, into } = options;
  const { blocks } = given;
  const outputs = new Map<string, number>();
  const places = [placed.constants, placeScalars(placed, resolved, batch, given)];
  const rows: number[] = [];
  for (const slot of placed.lowered.bindings) {
    if (slot.kind === "sample") {
      const sample = resolved.samples.get(slot.name)!;
      places.push(given.valuesAt(sample.table));
      rows[slot.rowsSlot] = sample.rows === undefined ? 0 : given.rowsAt(sample.rows);
    } else if (slot.kind === "parameter") {
      places.push(given.valuesAt(resolved.parameters.get(slot.name)!));
    } else {
      const target = into?.[slot.name as O];
      const size = slot.size * (slot.perSample ? batch : 1);
      const at = given.isOwn(target) ? target.at : blocks.reserve(size);
      places.push(at);
      outputs.set(slot.name, at);
    }
  }
  return { bindings: blocks.words(places), rows: blocks.words(rows), outputs };
}

/** The outputs of a run that has ended; those with a buffer are left there. */
export function collectOutputs<O extends string>(
  program: Program<O>,
  { batch, into }: RunOptions<O>,
  { outputs }: BoundRun,
  given: Arguments,
): Record<O, Values> {
  const results = {} as Record<O, Values>;
  for (const name of Object.keys(program.outputs) as O[]) {
    const target = into?.[name];
    if (given.isOwn(target)) continue;
    const { shape, extent } = program.outputs[name];
    const at = outputs.get(name)!;
    const size = sizeOf(shape) * (extent === "sample" ? batch : 1);
    const values = given.memory.floats.slice(at, at + size);
    if (target === undefined) results[name] = values;
    else target.write(values);
  }
  return results;
}
