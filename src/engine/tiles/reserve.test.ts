import { describe, expect, it } from "vitest";
import { PAGE, reserve } from "./reserve.ts";

const facts = { backend: "wasm", needs: "addresses", instead: "another backend" } as const;

/** Asks for a memory where at most so many bytes are granted; what was asked for, and the answer. */
function reserveUnder(granted: number) {
  const asked: number[] = [];
  const make = (bytes: number) => {
    asked.push(bytes);
    if (bytes > granted) throw new RangeError("could not allocate memory");
    return bytes;
  };
  return { asked, reserved: () => reserve(facts, make) };
}

describe("reserving a memory", () => {
  it("takes all that 32-bit places reach where it is granted", () => {
    const { asked, reserved } = reserveUnder(2 ** 40);
    expect(reserved()).toEqual({ memory: 2 ** 32 - PAGE, maximum: 2 ** 32 - PAGE });
    expect(asked).toHaveLength(1);
  });

  it("takes less where that is refused, in whole pages", () => {
    for (const granted of [2 ** 31, 2 ** 28, 2 ** 24 + PAGE]) {
      const { memory, maximum } = reserveUnder(granted).reserved();
      expect(memory).toBe(maximum);
      expect(maximum).toBeLessThanOrEqual(granted);
      expect(maximum).toBeGreaterThan(granted / 5);
      expect(maximum % PAGE).toBe(0);
    }
  });

  it("says what is needed and what else there is where nothing is granted", () => {
    expect(reserveUnder(0).reserved).toThrow(
      expect.objectContaining({
        code: "E_MEMORY",
        expected: "addresses",
        received: "could not allocate memory",
        hint: "Raise the limit of this process (`ulimit -v`), or use another backend.",
      }),
    );
  });

  it("hands on what is no lack of memory", () => {
    const make = () => {
      throw new TypeError("no such option");
    };
    expect(() => reserve(facts, make)).toThrow(TypeError);
  });
});
