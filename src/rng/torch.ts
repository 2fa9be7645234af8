import { InterpBenchError } from "../errors/index.ts";
import { assertCount, assertRange } from "./arguments.ts";
import { Mt19937 } from "./mt19937.ts";

const FLOAT_BITS = 2 ** 24;
const BLOCK = 16;

/**
 * torch's CPU generator: the same seed and the same calls give the same values.
 *
 * Integers and uniforms are bit-equal. Normals agree to about 1e-7: torch computes them with
 * vectorised float32 logarithms and cosines, this class in float64 rounded once.
 */
export class TorchRandom {
  #words: Mt19937;
  #spareNormal: number | undefined;

  /** A generator after `torch.manual_seed(seed)`. */
  constructor(seed: number | bigint) {
    this.#words = Mt19937.fromWord(lowWord(seed));
  }

  /** Starts again, as `torch.manual_seed(seed)` does; only the low 32 bits of the seed matter. */
  manualSeed(seed: number | bigint): void {
    this.#words = Mt19937.fromWord(lowWord(seed));
    this.#spareNormal = undefined;
  }

  /** `torch.rand(size)`: float32 in [0, 1) with 24 random bits each. */
  rand(size: number): Float32Array {
    assertCount("size", size);
    return Float32Array.from({ length: size }, () => this.#uniform());
  }

  /** `torch.randint(low, high, [size])` for ranges below 2^32: `low + word mod (high − low)`. */
  randint(low: number, high: number, size: number): number[] {
    assertCount("size", size);
    assertRange(low, high);
    return Array.from({ length: size }, () => low + (this.#words.word() % (high - low)));
  }

  /** `torch.randperm(size)`: a permutation of 0 … size − 1 (Fisher–Yates from the front). */
  randperm(size: number): number[] {
    assertCount("size", size);
    const items = Array.from({ length: size }, (_, i) => i);
    for (let i = 0; i < size - 1; i++) {
      const j = i + (this.#words.word() % (size - i));
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }

  /** `torch.randn(size)` = {@link normal} with mean 0 and standard deviation 1. */
  randn(size: number): Float32Array {
    return this.normal(size);
  }

  /**
   * `size` draws from Normal(`mean`, `std`²), as `torch.normal` and `tensor.normal_` fill a
   * contiguous float32 tensor of `size` elements, whatever its shape.
   *
   * From 16 elements on: fill with uniforms u, then turn each block of 16 into
   * √(−2 ln(1 − u_j)) · (cos, sin)(2π u_{j+8}), j = 0…7; if the size is no multiple of 16 the last
   * 16 elements are drawn again as one more block. Below 16: one by one in float64, with the
   * second value of each Box–Muller pair kept for the next call.
   */
  normal(size: number, mean = 0, std = 1): Float32Array {
    assertCount("size", size);
    if (!(std >= 0)) {
      throw new InterpBenchError("E_RANDOM", "the standard deviation is negative", {
        expected: "std ≥ 0",
        received: String(std),
      });
    }
    if (size < BLOCK) {
      return Float32Array.from({ length: size }, () => this.#normal() * std + mean);
    }
    const values = this.rand(size);
    for (let start = 0; start + BLOCK <= size; start += BLOCK) boxMuller(values, start, mean, std);
    if (size % BLOCK !== 0) {
      values.set(this.rand(BLOCK), size - BLOCK);
      boxMuller(values, size - BLOCK, mean, std);
    }
    return values;
  }

  #uniform(): number {
    return (this.#words.word() % FLOAT_BITS) / FLOAT_BITS;
  }

  #uniformDouble(): number {
    const high = this.#words.word();
    const low = this.#words.word();
    return ((high % 2 ** 21) * 2 ** 32 + low) / 2 ** 53;
  }

  #normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const angle = 2 * Math.PI * this.#uniformDouble();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniformDouble()));
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

function boxMuller(values: Float32Array, start: number, mean: number, std: number): void {
  for (let j = start; j < start + BLOCK / 2; j++) {
    const radius = Math.sqrt(-2 * Math.log(1 - values[j]!));
    const angle = 2 * Math.PI * values[j + BLOCK / 2]!;
    values[j] = radius * Math.cos(angle) * std + mean;
    values[j + BLOCK / 2] = radius * Math.sin(angle) * std + mean;
  }
}

function lowWord(seed: number | bigint): number {
  if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
    throw new InterpBenchError("E_SEED", "the seed is not a whole number", {
      expected: "an integer (a bigint beyond 2^53)",
      received: String(seed),
    });
  }
  return Number(BigInt.asUintN(32, BigInt(seed)));
}
