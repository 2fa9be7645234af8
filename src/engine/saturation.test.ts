import { describe, expect, it } from "vitest";
import { Key } from "../rng/index.ts";
import { hasNativeKernels, nativeBackend } from "./index.node.ts";
import * as e from "./index.ts";

const everywhere = Object.entries<e.Backend>({
  reference: e.referenceBackend(),
  "wasm (simd)": await e.wasmBackend({ variant: "simd" }),
  "wasm (relaxed)": await e.wasmBackend({ variant: "relaxed" }),
  ...(hasNativeKernels() ? { native: nativeBackend() } : {}),
});

const [BATCH, POS, HEAD] = [40, 5, 3];
const SIZE = POS * HEAD;
const SHAPE = [POS, HEAD];

/** Sizes of queries and of keys whose products float32 holds. */
const SIZES: readonly (readonly [number, number])[] = [
  [1e3, 1e3],
  [1e6, 1e3],
  [1e6, 1e6],
  [1e9, 1e9],
  [1e15, 1e15],
  [1e30, 10],
  [1, 1e30],
];

const draw = (name: string, size: number) =>
  Float32Array.from(
    Key.fromSeed(3)
      .fold(name)
      .uniform(BATCH * SIZE),
    (u) => (2 * u - 1) * size,
  );

/** The queries' products with the keys that they see, in float64, `[query][key]`. */
function productsOf(q: Float32Array, k: Float32Array, sequence: number, causal: boolean) {
  const at = (x: Float32Array, pos: number, i: number) => x[sequence * SIZE + pos * HEAD + i]!;
  return Array.from({ length: POS }, (_, query) =>
    Array.from({ length: causal ? query + 1 : POS }, (__, key) =>
      Array.from({ length: HEAD }, (___, i) => at(q, query, i) * at(k, key, i)).reduce(
        (sum, x) => sum + x,
      ),
    ),
  );
}

/** The key that a row is sure of, in whatever precision: the others are far behind. */
function sureKey(row: readonly number[], scale: number, size: number): number | undefined {
  const scaled = row.map((x) => x * scale);
  const best = scaled.indexOf(Math.max(...scaled));
  const gap = Math.max(800, 1e-4 * size * Math.abs(scale));
  return scaled.every((x, i) => i === best || scaled[best]! - x > gap) ? best : undefined;
}

describe.each(everywhere)("attention that is sure, on %s", (_, backend) => {
  const [q, k, v] = ["q", "k", "v"].map((name) => e.sampleInput(name, SHAPE)) as e.Tensor[];
  const values = draw("v", 1);
  const weights = e.constant(draw("weights", 1).slice(0, SIZE), SHAPE);

  const cases = [true, false].flatMap((causal) =>
    [0.7, 1, 30, -0.3].map((scale) => ({ causal, scale })),
  );

  it.each(cases)("takes one key's value, without a gradient: %o", ({ causal, scale }) => {
    const pattern = e.softmax(e.einsum("qe,ke->qk", q!, k!), { scale, causal });
    const z = e.einsum("qk,ke->qe", pattern, v!);
    const loss = e.batchSum(e.sum(e.mul(z, weights)));
    const [ofQ, ofK, ofPattern] = e.gradients(loss, [q!, k!, pattern]);
    const outputs: Record<string, e.Tensor>[] = [
      { z, ofQ: ofQ!, ofK: ofK! },
      // The pattern read by others: its rows are whole, and the mix is a step of its own.
      { pattern, z, ofQ: ofQ!, ofK: ofK!, ofPattern: ofPattern! },
    ];
    const programs = outputs.map((some) => backend.load(e.compile({ outputs: some })));
    for (const [ofQueries, ofKeys] of SIZES) {
      const inputs = { q: draw("q", ofQueries), k: draw("k", ofKeys), v: values };
      const results = programs.map((program) => program.run({ batch: BATCH, inputs }));
      let sure = 0;
      for (let sequence = 0; sequence < BATCH; sequence++) {
        const rows = productsOf(inputs.q, inputs.k, sequence, causal);
        const keys = rows.map((row) => sureKey(row, scale, ofQueries * ofKeys));
        if (keys.includes(undefined)) continue;
        sure++;
        const mine = (x: e.Values, width: number) => [
          ...x.slice(sequence * width, (sequence + 1) * width),
        ];
        const expected = keys.flatMap((key) =>
          mine(values, SIZE).slice(key! * HEAD, (key! + 1) * HEAD),
        );
        for (const result of results) {
          expect(mine(result.z!, SIZE)).toEqual(expected);
          const slopes = [...mine(result.ofQ!, SIZE), ...mine(result.ofK!, SIZE)];
          expect(slopes.every((x) => x === 0)).toBe(true);
        }
        const oneHot = keys.flatMap((key) =>
          Array.from({ length: POS }, (__, i) => (i === key ? 1 : 0)),
        );
        expect(mine(results[1]!.pattern!, POS * POS)).toEqual(oneHot);
      }
      expect(sure, `sequences of size ${ofQueries} · ${ofKeys}`).toBeGreaterThan(BATCH / 2);
    }
    for (const program of programs) program.dispose();
  });

  it("shares a row among equal keys exactly, whatever their size", () => {
    const pattern = e.softmax(e.einsum("qe,ke->qk", q!, k!), { scale: 0.7, causal: true });
    const z = e.einsum("qk,ke->qe", pattern, v!);
    const slopes = e.gradients(e.batchSum(e.sum(e.mul(z, weights))), [q!, k!]);
    const program = backend.load(e.compile({ outputs: { z, ofK: slopes[1]! } }));
    for (const size of [1, 1e3, 1e6, 1e10, 1e18]) {
      const same = new Float32Array(SIZE).fill(size);
      const inputs = { q: same, k: same, v: values.slice(0, SIZE) };
      const result = program.run({ batch: 1, inputs });
      for (let query = 0; query < POS; query++) {
        for (let i = 0; i < HEAD; i++) {
          let mean = 0;
          for (let key = 0; key <= query; key++) mean += values[key * HEAD + i]! / (query + 1);
          expect(result.z[query * HEAD + i]).toBeCloseTo(mean, 6);
        }
      }
      expect(result.ofK.every(Number.isFinite)).toBe(true);
    }
    program.dispose();
  });
});
