import { unreadDropped } from "../graph/narrow.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type Computation, inOrder, type Program } from "../program/program.ts";
import { runSteps, type Steps } from "../program/steps.ts";
import { allocate } from "./allocate.ts";
import { encode } from "./encode.ts";
import { type CodePart, partsOf } from "./parts.ts";
import { schedule } from "./schedule.ts";
import { simplify } from "./simplify.ts";
import type { BindingSlot, Step, Storage } from "./steps.ts";

/** A program as data that the kernels execute. Sizes and offsets are in elements. */
export interface LoweredProgram {
  /** Instructions for shared values, before the tiles. */
  readonly before: Int32Array;
  /** Instructions for one tile of 16 sequences. */
  readonly perTile: Int32Array;
  /** What the instructions for a tile can be cut into: parts that take some milliseconds, or a single one. */
  readonly parts: readonly CodePart[];
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
function* lean(program: Computation): Steps<Computation> {
  const { outputs, updates } = program;
  const wanted = [...Object.values<Tensor>(outputs), ...updates.map(({ value }) => value)];
  const read = yield* unreadDropped(wanted);
  if (read.every((tensor, i) => tensor === wanted[i])) return program;
  const found = new Map(read.map((tensor, i) => [wanted[i]!, tensor]));
  yield 0;
  return inOrder({
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [name, found.get(tensor)!]),
    ),
    updates: updates.map(({ parameter, value }) => ({ parameter, value: found.get(value)! })),
  });
}

const lowered = new WeakMap<Program, LoweredProgram>();

/**
 * Lowers a program, once: drop what nobody reads, simplify, schedule, allocate, encode. A step looks at one
 * node, or does something that takes little even for all of them.
 */
export function* lowerSteps(program: Program): Steps<LoweredProgram> {
  const known = lowered.get(program) ?? (yield* loweredNow(program));
  lowered.set(program, known);
  return known;
}

/** {@link lowerSteps}, all at once. */
export const lower = (program: Program): LoweredProgram => runSteps(lowerSteps(program));

function* loweredNow(program: Program): Steps<LoweredProgram> {
  const plan = yield* schedule(yield* simplify(yield* lean(program)));
  const { offsets, ...sizes } = allocate(plan);
  yield 0;
  const offsetOf = (storage: Storage) => offsets.get(storage)!;
  const words = (steps: readonly Step[]) => encode(steps, offsetOf);
  const perTile = words(plan.perTile);
  yield 0;
  return {
    before: words(plan.before),
    perTile,
    parts: partsOf(perTile, plan.perTile),
    after: words(plan.after),
    ...sizes,
    bindings: plan.bindings,
    constants: plan.constants.map(({ storage, values }) => ({ offset: offsetOf(storage), values })),
    scalars: new Map(plan.scalars.map(({ storage, name }) => [name, offsetOf(storage)])),
    batchSize: plan.batchSize && offsetOf(plan.batchSize),
    work: plan.perTile.reduce((total, { multiplyAdds }) => total + multiplyAdds, 0),
  };
}
