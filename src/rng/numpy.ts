import { assertCount, assertNotEmpty, assertRange } from "./arguments.ts";
import { Mt19937 } from "./mt19937.ts";

/**
 * NumPy's legacy generator (`np.random.seed`, `np.random.RandomState`): the same seed and the same
 * calls give the same values. `default_rng` is another generator and not covered.
 */
export class NumpyRandom {
  #words: Mt19937;
  #spareNormal: number | undefined;

  /** A generator after `np.random.seed(seed)`, 0 ≤ `seed` < 2^32. */
  constructor(seed: number) {
    this.#words = Mt19937.fromWord(seed);
  }

  /** Starts again, as `np.random.seed(seed)` does. */
  seed(seed: number): void {
    this.#words = Mt19937.fromWord(seed);
    this.#spareNormal = undefined;
  }

  /** `size` float64 in [0, 1) with 53 random bits each. */
  randomSample(size: number): Float64Array {
    assertCount("size", size);
    return Float64Array.from({ length: size }, () => this.#words.unit());
  }

  /**
   * `size` integers in [low, high), as `np.random.randint(low, high, size)` of the default integer
   * type: masked rejection. A range of one value draws nothing.
   */
  randint(low: number, high: number, size: number): number[] {
    assertCount("size", size);
    assertRange(low, high);
    return Array.from({ length: size }, () => low + this.#atMost(high - low - 1));
  }

  /** `size` items with replacement, as `np.random.choice(items, size)`. */
  choice<T>(items: ArrayLike<T>, size: number): T[] {
    assertNotEmpty(items);
    return this.randint(0, items.length, size).map((index) => items[index]!);
  }

  /** Shuffles `items` in place, as `np.random.shuffle` does with a one-dimensional array. */
  shuffle(items: unknown[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.#atMost(i);
      [items[i], items[j]] = [items[j], items[i]];
    }
  }

  /** `size` draws from Normal(0, 1), as `np.random.standard_normal`: the polar method, in pairs. */
  standardNormal(size: number): Float64Array {
    assertCount("size", size);
    return Float64Array.from({ length: size }, () => this.#normal());
  }

  #atMost(limit: number): number {
    if (limit === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(limit);
    let value = (this.#words.word() & mask) >>> 0;
    while (value > limit) value = (this.#words.word() & mask) >>> 0;
    return value;
  }

  #normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.#words.unit() - 1;
      const y = 2 * this.#words.unit() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = factor * x;
      return factor * y;
    }
  }
}
