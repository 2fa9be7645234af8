import { describe, expect, it } from "vitest";
import { compile, constant, referenceBackend } from "../../engine/index.ts";
import { Key } from "../../rng/index.ts";
import {
  hardConcrete,
  INITIAL_MASK_LOGIT,
  keepProbability,
  logisticNoise,
  openProbability,
  zeroProbability,
} from "./hard-concrete.ts";

const vector = (values: ArrayLike<number>) => constant(values, [values.length]);

function draw(maskLogits: ArrayLike<number>, noise: ArrayLike<number>): number[] {
  const z = hardConcrete(vector(maskLogits), vector(noise));
  return [
    ...referenceBackend()
      .load(compile({ outputs: { z } }))
      .run({ batch: 0 }).z,
  ];
}

function open(maskLogits: readonly number[]): number[] {
  const p = openProbability(vector(maskLogits));
  return [
    ...referenceBackend()
      .load(compile({ outputs: { p } }))
      .run({ batch: 0 }).p,
  ];
}

/** The distribution's formula, from the uniform draw. */
function byHand(maskLogit: number, u: number): number {
  const s = 1 / (1 + Math.exp(-(Math.log(u / (1 - u)) + maskLogit) / (2 / 3)));
  return Math.min(1, Math.max(0, s * 1.2 - 0.1));
}

describe("the hard concrete distribution", () => {
  it("is what its formula says, cut off at 0 and 1", () => {
    const cases = [-3, -0.5, 0, 1.6, 4].flatMap((theta) =>
      [0.001, 0.2, 0.5, 0.83, 0.999].map((u) => [theta, u] as const),
    );
    const found = draw(
      cases.map(([theta]) => theta),
      cases.map(([, u]) => Math.log(u) - Math.log(1 - u)),
    );
    const expected = cases.map(([theta, u]) => byHand(theta, u));
    found.forEach((z, i) => {
      expect(Math.abs(z - expected[i]!)).toBeLessThan(1e-14);
    });
    expect(found).toContain(0);
    expect(found).toContain(1);
  });

  it("starts at ln 5, where 0.96114 of all masks are open", () => {
    expect(INITIAL_MASK_LOGIT).toBeCloseTo(Math.log(0.9 + 0.1) - Math.log(1.1 - 0.9), 14);
    expect(open([INITIAL_MASK_LOGIT])[0]).toBeCloseTo(0.96114, 5);
    expect(open([0])[0]).toBeCloseTo(1 / (1 + Math.exp(-1.5986)), 6);
  });

  it("is 0 with a probability of its own", () => {
    expect(zeroProbability(0)).toBeCloseTo(0.168178, 6);
    expect(1 - zeroProbability(Math.log(5))).toBeCloseTo(0.961136, 6);
    expect(zeroProbability(10)).toBeCloseTo(9.18e-6, 8);
    for (const theta of [-3, 0.4]) {
      expect(zeroProbability(theta) + open([theta])[0]!).toBeCloseTo(1, 12);
    }
  });

  it("is above 0, and above ½, as often as its probabilities say", () => {
    const count = 40000;
    for (const theta of [-2, -0.3, 0, 1.2]) {
      const noise = logisticNoise(Key.fromSeed(5).fold(Math.round(10 * theta)), count);
      const z = draw(new Float64Array(count).fill(theta), noise);
      const share = (test: (z: number) => boolean) => z.filter(test).length / count;
      const deviation = 4 * Math.sqrt(0.25 / count);
      expect(Math.abs(share((x) => x > 0) - open([theta])[0]!)).toBeLessThan(deviation);
      expect(Math.abs(share((x) => x > 0.5) - keepProbability(theta))).toBeLessThan(deviation);
    }
  });

  it("is above ½ just when θ and the noise add up to more than 0", () => {
    const sums = [-1, -1e-9, 1e-9, 1];
    expect(
      draw(
        sums.map((x) => x + 0.7),
        sums.map(() => -0.7),
      ).map((z) => z > 0.5),
    ).toEqual([false, false, true, true]);
  });
});

describe("the noise", () => {
  it("is a function of the key, and bounded as the original's", () => {
    const key = Key.fromSeed(1);
    const noise = logisticNoise(key, 50000);
    expect(logisticNoise(key, 50000)).toEqual(noise);
    expect(logisticNoise(key, 3)).toEqual(noise.slice(0, 3));
    expect(logisticNoise(key.fold(1), 3)).not.toEqual(noise.slice(0, 3));
    const bound = Math.log(0.9999 / 0.0001);
    expect(Math.max(...noise)).toBeCloseTo(bound, 10);
    expect(Math.min(...noise)).toBeCloseTo(-bound, 10);
  });
});
