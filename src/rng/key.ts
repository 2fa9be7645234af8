import { InterpBenchError } from "../errors/index.ts";
import { assertCount, assertEnough, assertNotEmpty } from "./arguments.ts";
import { philox4x32 } from "./philox.ts";

type Words = readonly [number, number];

/** Last counter word: keeps the streams of one key for its different uses apart. */
const PURPOSE = {
  seed: 1,
  number: 2,
  text: 3,
  split: 4,
  uniform: 5,
  normal: 6,
  integers: 7,
  permutation: 8,
  bernoulli: 9,
  sample: 10,
} as const;

const BLOCK_WORDS = 4;
/** Numbers of 53 bits that a block gives. */
const UNITS = 2;
const PAIR = 2 ** 32;

/**
 * An immutable random key: the one source of randomness of everything that needs no parity with
 * Python.
 *
 * A draw is a pure function of the key: the same key always gives the same values, in any order,
 * on any thread; asking for more values never changes the first ones. To get other values make
 * another key with {@link fold} or {@link split}. Different kinds of draws from one key
 * (`uniform`, `normal`, …) are independent of each other.
 *
 * ```ts
 * const key = Key.fromSeed(1234);
 * const weights = key.fold("init").normal(12);
 * const order = key.fold("epoch").fold(3).permutation(256);
 * ```
 *
 * Built on Philox4x32-10; the idea of explicit splittable keys is JAX's.
 */
export class Key {
  readonly #words: Words;

  private constructor(words: Words) {
    this.#words = words;
  }

  /** The key of a seed: a whole number from 0 to 2^53 − 1, else `E_SEED`. */
  static fromSeed(seed: number): Key {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new InterpBenchError("E_SEED", "the seed is not a whole number", {
        expected: "an integer from 0 to 2^53 − 1",
        received: String(seed),
      });
    }
    return new Key(derive([0, 0], seed % PAIR, Math.floor(seed / PAIR), 0, PURPOSE.seed));
  }

  /**
   * The key for a named or numbered part of the work. Labels of different type or value give
   * independent keys: `fold(1)`, `fold("1")` and `fold("a").fold("b")`, `fold("ab")` all differ.
   */
  fold(label: string | number): Key {
    if (typeof label === "string") return new Key(foldText(this.#words, label));
    if (!Number.isSafeInteger(label)) {
      throw new InterpBenchError("E_SEED", "a key is folded with a text or a whole number", {
        expected: "a string or an integer",
        received: String(label),
      });
    }
    const sign = label < 0 ? 1 : 0;
    const size = Math.abs(label);
    return new Key(derive(this.#words, size % PAIR, Math.floor(size / PAIR), sign, PURPOSE.number));
  }

  /** `count` independent keys. */
  split(count: number): Key[] {
    assertCount("the number of keys", count);
    return Array.from(
      { length: count },
      (_, i) => new Key(derive(this.#words, i, 0, 0, PURPOSE.split)),
    );
  }

  /** `count` float64 in [0, 1), 53 random bits each. */
  uniform(count: number): Float64Array {
    return this.#uniforms(count, PURPOSE.uniform);
  }

  /** `count` draws from Normal(0, 1): √(−2 ln(1 − u)) · (cos, sin)(2π v), in pairs. */
  normal(count: number): Float64Array {
    assertCount("the number of draws", count);
    const units = this.#uniforms(count + (count % 2), PURPOSE.normal);
    for (let i = 0; i < count; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - units[i]!));
      const angle = 2 * Math.PI * units[i + 1]!;
      units[i] = radius * Math.cos(angle);
      units[i + 1] = radius * Math.sin(angle);
    }
    return units.slice(0, count);
  }

  /** `count` integers in [0, bound), each equally likely; 1 ≤ `bound` ≤ 2^32. */
  integers(count: number, bound: number): Uint32Array {
    assertCount("the number of draws", count);
    assertBound(bound);
    const next = this.#below(PURPOSE.integers);
    const drawn = new Uint32Array(count);
    for (let i = 0; i < count; i++) drawn[i] = next(bound);
    return drawn;
  }

  /** A random order of 0 … count − 1, each equally likely. */
  permutation(count: number): Uint32Array {
    assertCount("the number of items", count);
    const next = this.#below(PURPOSE.permutation);
    const order = new Uint32Array(count);
    for (let i = 1; i < count; i++) order[i] = i;
    for (let i = count - 1; i > 0; i--) {
      const j = next(i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    return order;
  }

  /**
   * `count` values 0 or 1, each 1 with the given probability. `start` leaves out so many of the first ones, which
   * takes no time.
   */
  bernoulli(count: number, probability: number, start = 0): Uint8Array {
    if (!(probability >= 0 && probability <= 1)) {
      throw new InterpBenchError("E_RANDOM", "no such probability", {
        expected: "a number from 0 to 1",
        received: String(probability),
      });
    }
    const units = this.#uniforms(count, PURPOSE.bernoulli, start);
    const values = new Uint8Array(count);
    for (let i = 0; i < count; i++) values[i] = units[i]! < probability ? 1 : 0;
    return values;
  }

  /** One item, each equally likely. */
  choice<T>(items: ArrayLike<T>): T {
    return this.choices(items, 1)[0]!;
  }

  /** `count` items with replacement. */
  choices<T>(items: ArrayLike<T>, count: number): T[] {
    assertNotEmpty(items);
    assertCount("the number of draws", count);
    const next = this.#below(PURPOSE.integers);
    const chosen = new Array<T>(count);
    for (let i = 0; i < count; i++) chosen[i] = items[next(items.length)]!;
    return chosen;
  }

  /** `count` items without replacement, in random order; each such list is equally likely. */
  sample<T>(items: ArrayLike<T>, count: number): T[] {
    assertEnough(count, items.length);
    const next = this.#below(PURPOSE.sample);
    const pool = Array.from(items);
    for (let i = 0; i < count; i++) {
      const j = i + next(items.length - i);
      [pool[i], pool[j]] = [pool[j]!, pool[i]!];
    }
    return pool.slice(0, count);
  }

  /** The items in random order, as a new list. */
  shuffled<T>(items: ArrayLike<T>): T[] {
    return Array.from(this.permutation(items.length), (index) => items[index]!);
  }

  /** The key as 16 hexadecimal digits: equal text, equal key. */
  toString(): string {
    return this.#words.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #uniforms(count: number, purpose: number, start = 0): Float64Array {
    assertCount("the number of draws", count);
    assertCount("the number of draws that are left out", start);
    const first = Math.floor(start / UNITS);
    const skipped = start - first * UNITS;
    const words = new Uint32Array(Math.ceil((skipped + count) / UNITS) * BLOCK_WORDS);
    for (let block = 0; block * BLOCK_WORDS < words.length; block++) {
      philox4x32([first + block, 0, 0, purpose], this.#words, words, block * BLOCK_WORDS);
    }
    const units = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const at = 2 * (skipped + i);
      units[i] = ((words[at]! >>> 5) * 2 ** 26 + (words[at + 1]! >>> 6)) / 2 ** 53;
    }
    return units;
  }

  /** A source of unbiased integers below a bound: the words that would favour small ones are skipped. */
  #below(purpose: number): (bound: number) => number {
    const words = new Uint32Array(BLOCK_WORDS);
    let used = 0;
    return (bound) => {
      for (;;) {
        const position = used % BLOCK_WORDS;
        if (position === 0) {
          const block = used / BLOCK_WORDS;
          const high = Math.floor(block / PAIR);
          philox4x32([block % PAIR, high, 0, purpose], this.#words, words);
        }
        used++;
        const word = words[position]!;
        // A remainder of 2^32 takes long, and is needed for the last few words only.
        if (word < PAIR - bound || word < PAIR - (PAIR % bound)) return word % bound;
      }
    };
  }
}

function derive(key: Words, a: number, b: number, c: number, purpose: number): Words {
  const out = new Uint32Array(BLOCK_WORDS);
  philox4x32([a, b, c, purpose], key, out);
  return [out[0]!, out[1]!];
}

/** Absorbs the UTF-8 bytes eight at a time; the length comes last, so no text is another's prefix. */
function foldText(key: Words, text: string): Words {
  const bytes = new TextEncoder().encode(text);
  let words = key;
  for (let start = 0; start < bytes.length; start += 8) {
    const byte = (offset: number) => bytes[start + offset] ?? 0;
    const word = (offset: number) =>
      byte(offset) | (byte(offset + 1) << 8) | (byte(offset + 2) << 16) | (byte(offset + 3) << 24);
    words = derive(words, word(0), word(4), 0, PURPOSE.text);
  }
  return derive(words, bytes.length, 0, 1, PURPOSE.text);
}

function assertBound(bound: number): void {
  if (!Number.isInteger(bound) || bound < 1 || bound > PAIR) {
    throw new InterpBenchError("E_RANDOM", "no such bound", {
      expected: "an integer from 1 to 2^32",
      received: String(bound),
    });
  }
}
