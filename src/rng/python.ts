import { InterpBenchError } from "../errors/index.ts";
import { assertCount, assertEnough, assertNotEmpty } from "./arguments.ts";
import { Mt19937 } from "./mt19937.ts";

/**
 * Python's `random.Random`: the same seed and the same calls give the same values.
 *
 * Matches CPython 3.11 and later for integer seeds; weights, strings as seeds and the continuous
 * distributions besides `random` are not covered.
 */
export class PythonRandom {
  #words: Mt19937;

  /** A generator after `random.seed(seed)`. */
  constructor(seed: number | bigint) {
    this.#words = Mt19937.fromArray(limbs(seed));
  }

  /** Starts again, as `random.seed(seed)` does. The sign of the seed is ignored, as in Python. */
  seed(seed: number | bigint): void {
    this.#words = Mt19937.fromArray(limbs(seed));
  }

  /** A float64 in [0, 1) with 53 random bits. */
  random(): number {
    return this.#words.unit();
  }

  /** An integer of `bits` random bits, 0 ≤ `bits` ≤ 32. */
  getrandbits(bits: number): number {
    assertCount("the number of bits", bits);
    if (bits > 32) {
      throw new InterpBenchError("E_RANDOM", "too many bits for one word", {
        expected: "at most 32",
        received: String(bits),
      });
    }
    return bits === 0 ? 0 : this.#words.word() >>> (32 - bits);
  }

  /** An integer in [0, bound): `getrandbits(bit length of bound)`, drawn again while too large. */
  randbelow(bound: number): number {
    assertCount("the bound", bound, 1);
    const bits = bound >= 2 ** 32 ? 33 : 32 - Math.clz32(bound);
    let value = this.getrandbits(bits);
    while (value >= bound) value = this.getrandbits(bits);
    return value;
  }

  /** An integer in [low, high], both included; draws even if there is only one. */
  randint(low: number, high: number): number {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low > high) {
      throw new InterpBenchError("E_RANDOM", "randint needs two integers in order", {
        expected: "low ≤ high",
        received: `low ${low}, high ${high}`,
      });
    }
    return low + this.randbelow(high - low + 1);
  }

  /** One item. */
  choice<T>(items: ArrayLike<T>): T {
    assertNotEmpty(items);
    return items[this.randbelow(items.length)]!;
  }

  /** `count` items with replacement: `items[⌊random()·n⌋]`. */
  choices<T>(items: ArrayLike<T>, count: number): T[] {
    assertCount("the sample size", count);
    if (count > 0) assertNotEmpty(items);
    return Array.from(
      { length: count },
      () => items[Math.floor(this.random() * items.length)] as T,
    );
  }

  /** Shuffles `items` in place (Fisher–Yates from the end). */
  shuffle(items: unknown[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.randbelow(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
  }

  /**
   * `count` different positions of `items`, in the order drawn.
   *
   * Like CPython, small populations are drawn from a shrinking pool and large ones by rejection;
   * the two consume the generator differently.
   */
  sample<T>(items: ArrayLike<T>, count: number): T[] {
    const n = items.length;
    assertEnough(count, n);
    let poolLimit = 21;
    if (count > 5) poolLimit += 4 ** Math.ceil(Math.log(count * 3) / Math.log(4));
    const drawn: T[] = [];
    if (n <= poolLimit) {
      const pool = Array.from(items);
      for (let i = 0; i < count; i++) {
        const j = this.randbelow(n - i);
        drawn.push(pool[j]!);
        pool[j] = pool[n - i - 1]!;
      }
      return drawn;
    }
    const taken = new Set<number>();
    while (drawn.length < count) {
      const j = this.randbelow(n);
      if (taken.has(j)) continue;
      taken.add(j);
      drawn.push(items[j]!);
    }
    return drawn;
  }
}

function limbs(seed: number | bigint): number[] {
  if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
    throw new InterpBenchError("E_SEED", "the seed is not a whole number", {
      expected: "an integer (a bigint beyond 2^53)",
      received: String(seed),
    });
  }
  let rest = BigInt(seed);
  if (rest < 0n) rest = -rest;
  const words: number[] = [];
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
}
