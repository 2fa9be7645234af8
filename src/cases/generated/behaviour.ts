import { type RaspValue, type Sequence, valueKey } from "../../rasp/index.ts";
import { Key } from "../../rng/index.ts";
import { renamings } from "./renamings.ts";

/** What is to be told apart from others by what it computes. */
export interface Computation {
  readonly vocab: readonly RaspValue[];
  /** Tokens of an input, BOS excluded. */
  readonly length: number;
  /** Whether outputs are classes, whose names make no difference; else they are numbers. */
  readonly categorical: boolean;
  /** The output on an input, `[pos]`. */
  readonly outputs: (input: Sequence) => Sequence;
}

/**
 * What a computation gives on every input of a length, as 16 hexadecimal digits: two that share them
 * compute the same, but for the names of tokens and of classes.
 *
 * They are a hash of the outputs on all inputs in the order of a counter, classes numbered in the order in
 * which they come up; of all renamings of tokens, that with the least text.
 */
export function behaviourOf({ vocab, length, categorical, outputs }: Computation): string {
  const size = vocab.length;
  const count = size ** length;
  const digits = Array.from({ length: count }, (_, number) => digitsOf(number, size, length));
  const values = digits.map((row) => outputs(row.map((digit) => vocab[digit]!)).map(valueKey));
  const texts = renamings(vocab).map((rename) => {
    const seen = new Map<unknown, number>();
    const text: string[] = [];
    for (const row of digits) {
      const number = row.reduce((sum, digit) => sum * size + rename[digit]!, 0);
      for (const value of values[number]!) {
        if (!seen.has(value)) seen.set(value, seen.size);
        text.push(value === null ? "-" : String(categorical ? seen.get(value) : value));
      }
    }
    return text.join(",");
  });
  return hashOf(texts.reduce((least, text) => (text < least ? text : least)));
}

/** All inputs of a length, in the order of a counter whose last digit runs fastest. */
export function allInputs(vocab: readonly RaspValue[], length: number): RaspValue[][] {
  const count = vocab.length ** length;
  return Array.from({ length: count }, (_, number) => inputAt(vocab, length, number));
}

/** The input of a number in that order. */
export function inputAt(vocab: readonly RaspValue[], length: number, number: number): RaspValue[] {
  return digitsOf(number, vocab.length, length).map((digit) => vocab[digit]!);
}

/** A number in a place system, the last digit the fastest. */
function digitsOf(number: number, base: number, length: number): number[] {
  const digits = new Array<number>(length);
  for (let place = length - 1, rest = number; place >= 0; place--) {
    digits[place] = rest % base;
    rest = Math.floor(rest / base);
  }
  return digits;
}

/** 64 bits of a text, the same everywhere. */
function hashOf(text: string): string {
  const words = Key.fromSeed(0)
    .fold(text)
    .integers(2, 2 ** 32);
  return [...words].map((word) => word.toString(16).padStart(8, "0")).join("");
}
