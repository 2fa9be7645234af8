import type { Key } from "../rng/index.ts";
import { NumpyRandom, PythonRandom } from "../rng/index.ts";

/**
 * A stream of random choices: each call draws further. Samplers are written against it, so that
 * they run on a {@link Key} and, for parity, on the original's two generators.
 */
export interface Draws {
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  /** One item. */
  choice<T>(items: readonly T[]): T;
  /** `count` items with replacement. */
  choices<T>(items: readonly T[], count: number): T[];
  /** `count` different items in random order. */
  sample<T>(items: readonly T[], count: number): T[];
  /** The items in random order, as a new list. */
  shuffled<T>(items: readonly T[]): T[];
  /** `count` tokens, independent and equally likely: the default input. */
  tokens<T>(vocab: readonly T[], count: number): T[];
}

/** Draws from a key: the n-th call uses the key folded with n. */
export function drawsFromKey(key: Key): Draws {
  let calls = 0;
  const next = () => key.fold(calls++);
  return {
    integer: (low, high) => low + next().integers(1, high - low + 1)[0]!,
    choice: (items) => next().choice(items),
    choices: (items, count) => next().choices(items, count),
    sample: (items, count) => next().sample(items, count),
    shuffled: (items) => next().shuffled(items),
    tokens: (vocab, count) => next().choices(vocab, count),
  };
}

/** The original's two generators after seeding: NumPy draws tokens, Python everything else. */
export interface OriginalRandom {
  readonly python: PythonRandom;
  readonly numpy: NumpyRandom;
}

/** Both generators, seeded as the original does before it makes data. */
export function originalRandom(seed: number): OriginalRandom {
  return { python: new PythonRandom(seed), numpy: new NumpyRandom(seed) };
}

/** Draws that consume the original's generators exactly as the original does. */
export function drawsFromOriginal({ python, numpy }: OriginalRandom): Draws {
  return {
    integer: (low, high) => python.randint(low, high),
    choice: (items) => python.choice(items),
    choices: (items, count) => python.choices(items, count),
    sample: (items, count) => python.sample(items, count),
    shuffled: (items) => {
      const list = [...items];
      python.shuffle(list);
      return list;
    },
    tokens: (vocab, count) => numpy.choice(vocab, count),
  };
}
