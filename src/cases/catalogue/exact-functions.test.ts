import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as exact from "./exact-functions.ts";

/** The distance in steps between neighbouring float64 numbers of the size of `y`. */
const steps = (x: number, y: number) =>
  x === y ? 0 : Math.abs(x - y) / 2 ** (Math.floor(Math.log2(Math.abs(y))) - 52);

const { exp, sin, cos, tan, atan, tanh, sinh, cosh } = exact;
const EVERYWHERE = Object.entries({ exp, sin, cos, tan, atan, tanh });
const FROM_ONE = Object.entries({ sinh, cosh });
const engine = (name: string, x: number) =>
  (Math as unknown as Record<string, (x: number) => number>)[name]!(x);

describe("the functions of analysis", () => {
  it("are exact at 0", () => {
    const zeros = [sin, tan, atan, tanh, sinh, exact.asin].map((f) => f(0));
    expect(zeros).toEqual([0, 0, 0, 0, 0, 0]);
    expect([exp(0), cos(0), cosh(0), exact.power(0, 1 / 3)]).toEqual([1, 1, 1, 0]);
  });

  // Nearest float64 numbers to values known to 20 digits.
  it.each([
    [exact.exp(1), Math.E],
    [exact.log(2), Math.LN2],
    [exact.log(10), Math.LN10],
    [exact.atan(1), 0.7853981633974483],
    [exact.asin(-1), -1.5707963267948966],
    [exact.acos(-1), Math.PI],
    [exact.sin(10), -0.5440211108893698],
    [exact.cos(6), 0.960170286650366],
    [exact.tan(7), 0.8714479827243188],
    [exact.power(5, 1 / 3), 1.7099759466766968],
  ])("give %d", (value, expected) => {
    expect(value).toBe(expected);
  });

  it("agree with the engine's own to two steps between neighbouring numbers", () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 10, noNaN: true }), (x) => {
        fc.pre(Math.abs(x) > 1e-6);
        for (const [name, f] of EVERYWHERE) {
          expect(steps(f(x), engine(name, x)), name).toBeLessThanOrEqual(2);
        }
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 1, max: 20, noNaN: true }), (x) => {
        for (const [name, f] of FROM_ONE) {
          expect(steps(f(x), engine(name, x)), name).toBeLessThanOrEqual(2);
          expect(steps(f(-x), engine(name, -x)), name).toBeLessThanOrEqual(2);
        }
        expect(steps(exact.log(x + 1), Math.log(x + 1))).toBeLessThanOrEqual(2);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: -0.99, max: 0.99, noNaN: true }), (x) => {
        fc.pre(Math.abs(x) > 1e-6);
        expect(steps(exact.asin(x), Math.asin(x))).toBeLessThanOrEqual(2);
        expect(steps(exact.acos(x), Math.acos(x))).toBeLessThanOrEqual(2);
      }),
    );
  });
});
