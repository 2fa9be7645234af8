import { InterpBenchError } from "../../errors/index.ts";
import { sizeOf } from "../graph/shape.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type LoweredProgram, lower } from "../lowering/lower.ts";
import type { Backend, Buffer, Executable, RunOptions, Values } from "../program/backend.ts";
import { isBuffer, type ResolvedBindings, resolveBindings } from "../program/bindings.ts";
import type { Program } from "../program/program.ts";
import { countChunks } from "./chunks.ts";
import type { KernelHost } from "./host.ts";
import type { TileMemory } from "./memory.ts";
import { Workspace } from "./workspace.ts";

/** Sequences per tile: the lanes of the kernels' vectors. */
const LANES = 16;

/** A buffer in the kernels' memory. */
class TileBuffer implements Buffer {
  readonly length: number;
  readonly memory: TileMemory;
  readonly at: number;

  constructor(memory: TileMemory, valuesOrLength: number | ArrayLike<number>) {
    const isLength = typeof valuesOrLength === "number";
    this.memory = memory;
    this.length = isLength ? valuesOrLength : valuesOrLength.length;
    this.at = memory.allocate(this.length);
    if (isLength) memory.view(this.at, this.length).fill(0);
    else memory.view(this.at, this.length).set(valuesOrLength);
  }

  read(): Float32Array {
    return Float32Array.from(this.memory.view(this.at, this.length));
  }

  write(values: ArrayLike<number>, offset = 0): void {
    if (offset < 0 || offset + values.length > this.length) {
      throw new InterpBenchError("E_SHAPE", "the values do not fit into the buffer", {
        expected: `at most ${this.length - offset} values at offset ${offset}`,
        received: String(values.length),
      });
    }
    this.memory.view(this.at, this.length).set(values, offset);
  }

  dispose(): void {
    this.memory.release(this.at);
  }
}

/** Blocks that are released together. */
class Blocks {
  private readonly places: number[] = [];
  private readonly memory: TileMemory;

  constructor(memory: TileMemory) {
    this.memory = memory;
  }

  reserve(words: number): number {
    const at = this.memory.allocate(words);
    this.places.push(at);
    return at;
  }

  floats(values: ArrayLike<number>): number {
    const at = this.reserve(values.length);
    this.memory.floats.set(values, at);
    return at;
  }

  words(values: ArrayLike<number>): number {
    const at = this.reserve(values.length);
    this.memory.words.set(values, at);
    return at;
  }

  release(): void {
    for (const at of this.places) this.memory.release(at);
    this.places.length = 0;
  }
}

/** A program in the kernels' memory. */
interface Loaded {
  readonly lowered: LoweredProgram;
  readonly before: number;
  readonly perTile: number;
  readonly after: number;
  readonly kept: number;
  readonly bindings: number;
  readonly rows: number;
}

function place(lowered: LoweredProgram, memory: TileMemory, blocks: Blocks): Loaded {
  const kept = blocks.reserve(lowered.keptSize);
  for (const { offset, values } of lowered.constants) memory.floats.set(values, kept + offset);
  return {
    lowered,
    before: blocks.words(lowered.before),
    perTile: blocks.words(lowered.perTile),
    after: blocks.words(lowered.after),
    kept,
    bindings: blocks.reserve(lowered.bindings.length + 1),
    rows: blocks.reserve(lowered.bindings.length),
  };
}

/** Writes the places of tables, parameters and outputs; returns where the outputs are. */
function bind<O extends string>(
  loaded: Loaded,
  memory: TileMemory,
  resolved: ResolvedBindings,
  options: RunOptions<O>,
  blocks: Blocks,
): Map<string, number> {
  const isOwn = (source: unknown): source is TileBuffer =>
    source instanceof TileBuffer && source.memory === memory;
  const placeOf = (source: Buffer | Values): number => {
    if (isOwn(source)) return source.at;
    return blocks.floats(isBuffer(source) ? source.read() : source);
  };
  const outputs = new Map<string, number>();
  const places: number[] = [];
  const rows = new Array<number>(loaded.lowered.bindings.length).fill(0);
  for (const slot of loaded.lowered.bindings) {
    if (slot.kind === "sample") {
      const sample = resolved.samples.get(slot.name)!;
      places.push(placeOf(sample.table));
      if (sample.rows !== undefined) rows[slot.rowsSlot] = blocks.words(sample.rows);
    } else if (slot.kind === "parameter") {
      places.push(placeOf(resolved.parameters.get(slot.name)!));
    } else {
      const target = options.into?.[slot.name as O];
      const size = slot.size * (slot.perSample ? options.batch : 1);
      const at = isOwn(target) ? target.at : blocks.reserve(size);
      places.push(at);
      outputs.set(slot.name, at);
    }
  }
  places.push(loaded.kept);
  memory.words.set(places, loaded.bindings);
  memory.words.set(rows, loaded.rows);
  return outputs;
}

/** Scalars and batch size: what changes of the kept values from run to run. */
function fillKept(
  { lowered, kept }: Loaded,
  memory: TileMemory,
  scalars: ResolvedBindings["scalars"],
  batch: number,
): void {
  const floats = memory.floats;
  for (const [name, offset] of lowered.scalars) floats.set(scalars.get(name)!, kept + offset);
  if (lowered.batchSize !== undefined) floats[kept + lowered.batchSize] = batch;
}

/** Before the tiles, the tiles in chunks, the chunks' sums, after the tiles. */
function execute(host: KernelHost, loaded: Loaded, batch: number, workspace: Workspace): void {
  const { lowered, bindings, rows } = loaded;
  const { kernels, memory, threads } = host;
  const tiles = Math.ceil(batch / LANES);
  const accumulatorWords = lowered.accumulatorSize;
  const chunks = countChunks(tiles, accumulatorWords);
  const tileWords = lowered.tileSize * LANES;
  const sizes = [lowered.sharedSize, tileWords * threads, accumulatorWords * chunks] as const;
  const [shared, tile, accumulator] = workspace.parts(...sizes);
  memory.view(accumulator, accumulatorWords * chunks).fill(0);
  kernels.runOnce(loaded.before, lowered.before.length, shared, accumulator, bindings);
  host.runChunks({
    code: loaded.perTile,
    codeWords: lowered.perTile.length,
    tile,
    tileWords,
    shared,
    accumulator,
    accumulatorWords,
    bindings,
    rows,
    batch,
    tiles,
    chunks,
    work: lowered.work,
  });
  kernels.addChunks(accumulator, accumulatorWords, chunks);
  kernels.runOnce(loaded.after, lowered.after.length, shared, accumulator, bindings);
}

function run<O extends string>(
  host: KernelHost,
  program: Program<O>,
  loaded: Loaded,
  options: RunOptions<O>,
  workspace: Workspace,
): Record<O, Values> {
  const { memory } = host;
  const resolved = resolveBindings(program, options);
  const blocks = new Blocks(memory);
  try {
    const outputs = bind(loaded, memory, resolved, options, blocks);
    fillKept(loaded, memory, resolved.scalars, options.batch);
    execute(host, loaded, options.batch, workspace);
    const results = {} as Record<O, Values>;
    for (const name of Object.keys(program.outputs) as O[]) {
      const tensor: Tensor = program.outputs[name];
      const size = sizeOf(tensor.shape) * (tensor.extent === "sample" ? options.batch : 1);
      const values = memory.view(outputs.get(name)!, size);
      const target = options.into?.[name];
      if (target === undefined) results[name] = Float32Array.from(values);
      else if (!(target instanceof TileBuffer && target.memory === memory)) target.write(values);
    }
    return results;
  } finally {
    blocks.release();
  }
}

/**
 * A backend on the tile kernels: float32, sixteen sequences at a time.
 *
 * Parameters bound as this backend's own buffers are used and updated in place; other buffers and
 * plain arrays are copied in.
 */
export function tileBackend(host: KernelHost): Backend {
  const workspace = new Workspace(host.memory);
  return {
    name: host.name,
    buffer: (valuesOrLength) => new TileBuffer(host.memory, valuesOrLength),
    load: <O extends string>(program: Program<O>): Executable<O> => {
      const blocks = new Blocks(host.memory);
      const loaded = place(lower(program), host.memory, blocks);
      const leave = workspace.enter();
      return {
        program,
        run: (options) => run(host, program, loaded, options, workspace),
        dispose: () => {
          blocks.release();
          leave();
        },
      };
    },
    memory: () => host.memory.use,
    dispose: () => host.dispose(),
  };
}
