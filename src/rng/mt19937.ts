import { InterpBenchError } from "../errors/index.ts";

const STATE = 624;
const SHIFT = 397;

/**
 * The Mersenne Twister MT19937: a stream of 32-bit words with period 2^19937 − 1.
 *
 * Python's `random`, NumPy's legacy `RandomState` and torch's CPU generator all read this stream;
 * they differ in the seeding ({@link fromWord} or {@link fromArray}) and in what they make of it.
 * A generator is state: pass it as an argument, never share it by accident. For everything that
 * needs no parity with Python use {@link Key}.
 *
 * Source: Matsumoto & Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998), with the 2002 seeding.
 */
export class Mt19937 {
  readonly #state: Uint32Array;
  #position = STATE;

  private constructor(state: Uint32Array) {
    this.#state = state;
  }

  /** The generator seeded by one 32-bit word (`init_genrand`: NumPy and torch). */
  static fromWord(seed: number): Mt19937 {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new InterpBenchError("E_SEED", "the seed does not fit in 32 bits", {
        expected: "an integer from 0 to 4294967295",
        received: String(seed),
      });
    }
    return new Mt19937(expand(seed));
  }

  /**
   * The generator seeded by a list of 32-bit words (`init_by_array`: Python). An empty list is an
   * `E_SEED` error.
   */
  static fromArray(words: readonly number[]): Mt19937 {
    if (words.length === 0) {
      throw new InterpBenchError("E_SEED", "no seed words", { expected: "at least one word" });
    }
    const state = expand(19650218);
    let i = 1;
    let j = 0;
    const next = () => {
      i++;
      if (i === STATE) {
        state[0] = state[STATE - 1]!;
        i = 1;
      }
    };
    const mixed = (factor: number) => {
      const last = state[i - 1]!;
      return state[i]! ^ Math.imul(last ^ (last >>> 30), factor);
    };
    for (let k = Math.max(STATE, words.length); k > 0; k--) {
      state[i] = mixed(1664525) + words[j]! + j;
      j = (j + 1) % words.length;
      next();
    }
    for (let k = STATE - 1; k > 0; k--) {
      state[i] = mixed(1566083941) - i;
      next();
    }
    state[0] = 0x80000000;
    return new Mt19937(state);
  }

  /** The next word: an integer from 0 to 2^32 − 1. */
  word(): number {
    if (this.#position === STATE) {
      twist(this.#state);
      this.#position = 0;
    }
    let y = this.#state[this.#position++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** The next two words as a float64 in [0, 1) of 53 bits: (⌊a / 2^5⌋·2^26 + ⌊b / 2^6⌋) / 2^53. */
  unit(): number {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }
}

function expand(seed: number): Uint32Array {
  const state = new Uint32Array(STATE);
  state[0] = seed;
  for (let i = 1; i < STATE; i++) {
    const last = state[i - 1]!;
    state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
  }
  return state;
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < STATE; i++) {
    const y = (state[i]! & 0x80000000) | (state[(i + 1) % STATE]! & 0x7fffffff);
    state[i] = state[(i + SHIFT) % STATE]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}
