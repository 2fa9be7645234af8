import { InterpBenchError } from "../errors/index.ts";

/** Throws `E_RANDOM` unless `value` is an integer of at least `least`. */
export function assertCount(name: string, value: number, least = 0): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new InterpBenchError("E_RANDOM", `${name} is no possible count`, {
      expected: `an integer of at least ${least}`,
      received: String(value),
    });
  }
}

/** Throws `E_RANDOM` if there is nothing to draw from. */
export function assertNotEmpty(items: { readonly length: number }): void {
  if (items.length === 0) {
    throw new InterpBenchError("E_RANDOM", "cannot draw from an empty list", {
      expected: "at least one item",
      received: "none",
    });
  }
}

/** Throws `E_RANDOM` unless `drawn` distinct items can come from `available`. */
export function assertEnough(drawn: number, available: number): void {
  assertCount("the sample size", drawn);
  if (drawn > available) {
    throw new InterpBenchError("E_RANDOM", "the sample is larger than what it is drawn from", {
      expected: `at most ${available} items`,
      received: String(drawn),
    });
  }
}

/** Throws `E_RANDOM` unless [low, high) holds 1 to 2^32 − 1 integers: what one word can choose from. */
export function assertRange(low: number, high: number): void {
  const size = high - low;
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || size < 1 || size >= 2 ** 32) {
    throw new InterpBenchError("E_RANDOM", "no such range of integers", {
      expected: "integers low < high, fewer than 2^32 apart",
      received: `low ${low}, high ${high}`,
    });
  }
}
