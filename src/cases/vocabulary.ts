import { PythonRandom } from "../rng/index.ts";

/** How random words are drawn, after `generate_words` of the original. */
export interface WordOptions {
  /** Fewest and most letters of a word. */
  readonly minChars: number;
  readonly maxChars: number;
  /** Fewest and most words. */
  readonly minWords: number;
  readonly maxWords: number;
}

/** Random words and perhaps other tokens, with how the words were drawn. */
export interface Vocabulary {
  readonly values: readonly string[];
  readonly drawnWords: WordOptions;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const WORD_SEED = 42;

/** The first `count` letters from a to z. */
export function letters(count = LETTERS.length): string[] {
  return [...LETTERS.slice(0, count)];
}

/** The integers `from`, …, `to − 1`. */
export function integers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** The integers from 0 to 10: what most numeric cases count with. */
export function zeroToTen(): number[] {
  return integers(0, 11);
}

/** The numbers `from`, …, `to − 1` as text. */
export function numerals(from: number, to: number): string[] {
  return integers(from, to).map(String);
}

/**
 * `count` equally spaced numbers from `min` on, `max` excluded: `min + i·(max − min)/count`, with
 * the rounding errors of that expression.
 */
export function spacedNumbers(min: number, max: number, count = 20): number[] {
  return integers(0, count).map((i) => min + (i * (max - min)) / count);
}

/**
 * Draws random words: first their number, then for each its length and its letters, from lower and
 * upper case. Equal words are kept; a vocabulary counts them once.
 */
function drawWords(random: PythonRandom, options: WordOptions): string[] {
  const { minChars, maxChars, minWords, maxWords } = options;
  const alphabet = LETTERS + LETTERS.toUpperCase();
  const count = random.randint(minWords, maxWords);
  return Array.from({ length: count }, () => {
    const length = random.randint(minChars, maxChars);
    return Array.from({ length }, () => random.choice(alphabet)).join("");
  });
}

/** The original's random words (seed 42; by default 5–20 words of 1–8 letters), and `others`. */
export function words(options: Partial<WordOptions> = {}, ...others: string[]): Vocabulary {
  const drawnWords = { minChars: 1, maxChars: 8, minWords: 5, maxWords: 20, ...options };
  return { values: [...drawWords(new PythonRandom(WORD_SEED), drawnWords), ...others], drawnWords };
}

/** Leaves Python's generator as the original does when it is asked for a vocabulary of random words. */
export function replayWordDraw(random: PythonRandom, options: WordOptions): void {
  random.seed(WORD_SEED);
  drawWords(random, options);
}
