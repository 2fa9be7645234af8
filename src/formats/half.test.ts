import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InterpBenchError } from "../errors/index.ts";
import { arrayFromBytes } from "./array.ts";
import { halfArray, halfBits, LARGEST_HALF } from "./half.ts";

/** The numbers of these bits, as files are read. */
const widened = (bits: Uint16Array): Float32Array =>
  arrayFromBytes("F16", [bits.length], new Uint8Array(bits.buffer)).data as Float32Array;

/** All finite halves, by their bits. */
const FINITE = Uint16Array.from({ length: 0x10000 }, (_, i) => i).filter(
  (bits) => (bits & 0x7c00) !== 0x7c00,
);
const values = widened(FINITE);

describe("rounding to half precision", () => {
  it("keeps every half as it is, with the sign of 0", () => {
    expect(halfArray([FINITE.length], values)).toEqual({
      dtype: "F16",
      shape: [FINITE.length],
      data: FINITE,
    });
  });

  it("takes the nearer neighbour, and of two as near the even one", () => {
    // Positive halves have the order of their bits.
    for (let bits = 0; bits < 0x7bff; bits++) {
      const [low, high] = [values[bits]!, values[bits + 1]!];
      const middle = (low + high) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      // Half a unit in the last place of a half is a float32, and so are its neighbours.
      const step = (high - low) / 1024;
      expect([middle - step, middle, middle + step].map(halfBits)).toEqual([bits, even, bits + 1]);
    }
  });

  it("is off by at most a 2048th, or 2⁻²⁵ where numbers are small", () => {
    const most = Math.fround(LARGEST_HALF);
    fc.assert(
      fc.property(fc.float({ min: -most, max: most, noNaN: true }), (x) => {
        const [rounded] = widened(Uint16Array.of(halfBits(x)));
        expect(Math.abs(rounded! - x)).toBeLessThanOrEqual(Math.max(Math.abs(x) / 2048, 2 ** -25));
      }),
    );
  });

  it("refuses what is too large, and what is no number", () => {
    expect(halfBits(65_519.99)).toBe(0x7bff);
    for (const value of [65_520, -1e30, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(() => halfBits(value)).toThrow(InterpBenchError);
    }
    expect(() => halfBits(65_520)).toThrow("a number does not fit into half precision");
  });
});
