import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divide, floorDivide, isArithmeticFault, modulo, roundHalfEven } from "./index.ts";

describe("arithmetic", () => {
  it("floors quotients and gives remainders the sign of the divisor", () => {
    expect([floorDivide(-3, 2), floorDivide(3, -2), floorDivide(4, 2)]).toEqual([-2, -2, 2]);
    expect([modulo(-3, 5), modulo(3, -5), modulo(5, 5), modulo(5.5, 2)]).toEqual([2, -2, 0, 1.5]);
    // 1 / 0.1 rounds to 10, but 0.1 is a little more than a tenth.
    expect([floorDivide(1, 0.1), floorDivide(30, 1.6)]).toEqual([9, 18]);
    expect([floorDivide(0.3, 0.1), floorDivide(-0.3, 0.1)]).toEqual([2, -3]);
    expect([floorDivide(-5, Infinity), floorDivide(5, -Infinity)]).toEqual([-1, -1]);
    expect([floorDivide(5, Infinity), floorDivide(-5, -Infinity)]).toEqual([0, 0]);
    expect([floorDivide(0, -Infinity), floorDivide(Infinity, 5)]).toEqual([0, Number.NaN]);
  });

  it("splits every integer into quotient and remainder", () => {
    const integer = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(
        integer,
        integer.filter((b) => b !== 0),
        (a, b) => {
          expect(floorDivide(a, b) * b + modulo(a, b)).toBe(a);
          expect(floorDivide(a, b)).toBe(Math.floor(a / b) + 0);
        },
      ),
    );
  });

  it("rounds ties to the even integer", () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6].map(roundHalfEven)).toEqual([
      0, 2, 2, 0, -2, 2, 3,
    ]);
  });

  it("faults on a division by zero", () => {
    for (const operation of [divide, floorDivide, modulo]) {
      let caught: unknown;
      try {
        operation(1, 0);
      } catch (error) {
        caught = error;
      }
      expect(isArithmeticFault(caught)).toBe(true);
    }
    expect(divide(1, 4)).toBe(0.25);
    expect(isArithmeticFault(new Error("other"))).toBe(false);
  });
});
