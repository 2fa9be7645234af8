import { lower } from "../src/engine/lowering/lower.ts";
import { OPCODES } from "../src/engine/lowering/steps.ts";
import { measurePeak, nativeHost } from "../src/engine/native/host.node.ts";
import { jobWords } from "../src/engine/tiles/job.ts";
import { wasmHost } from "../src/engine/wasm/host.ts";
import { shortest } from "./measure.ts";
import { stepProgram, stepShape } from "./step.ts";

const LANES = 16;
const REPETITIONS = 5;

/** Positions of the sizes among the words of a contraction, see kernels.c. */
const INNER = 14;
const COUNTS = 17;

/** Multiply-adds of one contraction instruction at `words[at]`, for one sequence. */
function multiplyAdds(words: Int32Array, at: number): number {
  const sizes = [words[at + INNER]!, ...words.slice(at + COUNTS, at + COUNTS + 4)];
  return sizes.reduce((product, size) => product * size, 1);
}

/** Enough for any binding of the shapes here. */
const BINDING_WORDS = 1 << 24;

/**
 * Prints where a training step's time goes, instruction by instruction:
 * `npm run bench:profile -- "case 3" native`. Each one runs alone on memory of ordinary numbers.
 */
async function profile(name: string, backend: string): Promise<void> {
  const shape = stepShape(name);
  const lowered = lower(stepProgram(shape));
  const peak = backend === "native" ? measurePeak() / 1e9 : undefined;
  if (peak !== undefined) console.log(`peak of this core: ${peak.toFixed(0)} GFLOP/s`);
  const host = backend === "native" ? nativeHost() : await wasmHost();
  const { memory } = host;
  const reserve = (words: number, value = 0.1): number => {
    const at = memory.allocate(words);
    memory.floats.fill(value, at, at + words);
    return at;
  };
  const list = (words: ArrayLike<number>): number => {
    const at = memory.allocate(words.length);
    memory.words.set(words, at);
    return at;
  };
  // Token 0 everywhere: other numbers name no row of a table, and NaN would spread.
  const places = lowered.bindings.map(({ kind }) =>
    reserve(BINDING_WORDS, kind === "sample" ? 0 : 0.1),
  );
  const own = [reserve(lowered.constantSize), reserve(lowered.scalarSize)];
  const nothing = {
    before: 0,
    beforeWords: 0,
    perTile: 0,
    perTileWords: 0,
    after: 0,
    afterWords: 0,
  };
  const common = {
    ...nothing,
    shared: reserve(lowered.sharedSize),
    tile: reserve(lowered.tileSize * LANES),
    tileWords: 0,
    accumulator: reserve(lowered.accumulatorSize),
    accumulatorWords: 0,
    chunks: 1,
    bindings: list([...own, ...places]),
    rows: list(places.map(() => 0)),
    batch: shape.batch,
  };
  console.log(`tile ${(lowered.tileSize * LANES * 4) / 1024} kB`);
  for (const phase of ["before", "perTile", "after"] as const) {
    const words = lowered[phase];
    const code = list(words);
    const rowsOf = new Map<string, { count: number; total: number; flops: number }>();
    for (let at = 0; at < words.length; at += 2 + words[at + 1]!) {
      const length = 2 + words[at + 1]!;
      const tiles = Math.ceil(shape.batch / LANES);
      const alone = { [phase]: code + at, [`${phase}Words`]: length };
      const job = list([list(jobWords({ ...common, ...alone }))]);
      const run = () => host.kernels.runJobs(job, 1);
      const repeat = () => {
        for (let i = 0; i < REPETITIONS; i++) run();
      };
      const opcode = OPCODES[words[at]!]!;
      const before = rowsOf.get(opcode) ?? { count: 0, total: 0, flops: 0 };
      const microseconds = ((await shortest(repeat, 0.01)) / REPETITIONS) * 1000;
      const dense = opcode.startsWith("contract") && opcode !== "contractSparse";
      rowsOf.set(opcode, {
        count: before.count + 1,
        total: before.total + microseconds,
        flops: before.flops + (dense ? 2 * multiplyAdds(words, at) * tiles * LANES : 0),
      });
    }
    const total = [...rowsOf.values()].reduce((sum, row) => sum + row.total, 0);
    console.log(`${phase}: ${total.toFixed(0)} µs`);
    for (const [opcode, row] of [...rowsOf].sort((a, b) => b[1].total - a[1].total)) {
      const speed = row.flops / row.total / 1000;
      const share = peak === undefined ? "" : ` ${((100 * speed) / peak).toFixed(0)} % of peak`;
      const rate = row.flops === 0 ? "" : `${speed.toFixed(1).padStart(8)} GFLOP/s${share}`;
      const [count, total] = [String(row.count).padStart(4), row.total.toFixed(1).padStart(9)];
      console.log(`  ${opcode.padEnd(16)} ${count} ${total} µs${rate}`);
    }
  }
}

await profile(process.argv[2] ?? "case 3", process.argv[3] ?? "wasm");
