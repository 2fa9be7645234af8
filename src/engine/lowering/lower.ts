import { withoutUnread } from "../graph/narrow.ts";
import type { Tensor } from "../graph/tensor.ts";
import { compile, type Program } from "../program/program.ts";
import { allocate } from "./allocate.ts";
import { encode } from "./encode.ts";
import { schedule } from "./schedule.ts";
import { simplify } from "./simplify.ts";
import type { BindingSlot, Step } from "./steps.ts";

/** A program as data that the kernels execute. Sizes and offsets are in elements. */
export interface LoweredProgram {
  /** Instructions for shared values, before the tiles. */
  readonly before: Int32Array;
  /** Instructions for one tile of 16 sequences. */
  readonly perTile: Int32Array;
  /** Instructions for shared values, after the tiles. */
  readonly after: Int32Array;
  /** Per-sample values of a tile (each 16 lanes wide). */
  readonly tileSize: number;
  readonly sharedSize: number;
  /** Constants: the same in every run. */
  readonly constantSize: number;
  /** Scalars and the batch size: set before a run and never overwritten by it. */
  readonly scalarSize: number;
  /** Sums over the batch; zero before the first tile. */
  readonly accumulatorSize: number;
  readonly bindings: readonly BindingSlot[];
  readonly constants: readonly { readonly offset: number; readonly values: Float64Array }[];
  readonly scalars: ReadonlyMap<string, number>;
  readonly batchSize: number | undefined;
  /** Multiply-adds of contractions for one sequence: whether a run is worth several threads. */
  readonly work: number;
}

/** The program without what no node, output or update of it reads. */
function lean({ outputs, updates }: Program): Program {
  const wanted = [...Object.values<Tensor>(outputs), ...updates.map(({ value }) => value)];
  const found = new Map(withoutUnread(wanted).map((tensor, i) => [wanted[i]!, tensor]));
  return compile({
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [name, found.get(tensor)!]),
    ),
    updates: updates.map(({ parameter, value }) => ({ parameter, value: found.get(value)! })),
  });
}

const lowered = new WeakMap<Program, LoweredProgram>();

/** Lowers a program, once: drop what nobody reads, simplify, schedule, allocate, encode. */
export function lower(program: Program): LoweredProgram {
  const known = lowered.get(program) ?? loweredNow(program);
  lowered.set(program, known);
  return known;
}

function loweredNow(program: Program): LoweredProgram {
  const plan = schedule(simplify(lean(program)));
  const layout = allocate(plan);
  const offsetOf = (storage: Parameters<typeof layout.offsets.get>[0]) =>
    layout.offsets.get(storage)!;
  const words = (steps: readonly Step[]) => encode(steps, layout);
  return {
    before: words(plan.before),
    perTile: words(plan.perTile),
    after: words(plan.after),
    tileSize: layout.tileSize,
    sharedSize: layout.sharedSize,
    constantSize: layout.constantSize,
    scalarSize: layout.scalarSize,
    accumulatorSize: layout.accumulatorSize,
    bindings: plan.bindings,
    constants: plan.constants.map(({ storage, values }) => ({ offset: offsetOf(storage), values })),
    scalars: new Map(plan.scalars.map(({ storage, name }) => [name, offsetOf(storage)])),
    batchSize: plan.batchSize && offsetOf(plan.batchSize),
    work: plan.perTile.reduce((total, { multiplyAdds }) => total + multiplyAdds, 0),
  };
}
