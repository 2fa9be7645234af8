import {
  detectPattern,
  EQ,
  indices,
  makeReverse,
  makeUniqueTokenExtractor,
  map,
  named,
  select,
  selectorWidth,
  sequenceMap,
  tokens,
} from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { juneRecipe } from "../recipe.ts";
import { halfAndHalf, type RowSampler } from "../sampler.ts";
import { integers, letters } from "../vocabulary.ts";
import { bit } from "./parts.ts";

/* Patterns: sub-sequences, palindromes, first occurrences. */

const palindromeRow: RowSampler = (draws, length, vocab) => {
  const half = draws.choices(vocab, Math.ceil(length / 2));
  return Array.from({ length }, (_, i) => half[Math.min(i, length - 1 - i)]!);
};

/** A random row that is no palindrome: if it happens to be one, a token beside the middle changes. */
const brokenRow: RowSampler = (draws, length, vocab) => {
  const row = draws.choices(vocab, length);
  const isPalindrome = row.every((token, i) => token === row[length - 1 - i]);
  const place = Math.floor(length / 2) - 1;
  if (!isPalindrome || place < 0) return row;
  const others = vocab.filter((token) => token !== row[place]);
  return row.with(place, draws.choice(others));
};

export const case12 = completeCase({
  id: "12",
  task: 'Whether "abc" ends at this position; no value at the first two.',
  program: () => detectPattern(tokens, "abc"),
  vocab: letters(3),
  causal: true,
  maxSeqLen: 15,
});

export const case17 = completeCase({
  id: "17",
  task: "Whether each token equals its mirror image, the token as far from the other end.",
  program: () => {
    const isMirrored = (x: string, y: string) => x === y;
    const matches = sequenceMap(isMirrored, tokens, makeReverse(tokens));
    return named(matches, "palindrome_detection");
  },
  vocab: letters(10),
  causal: false,
  sampler: halfAndHalf(palindromeRow, brokenRow),
});

export const case21 = completeCase({
  id: "21",
  task: "Each token where it first occurs; no value where it is repeated.",
  program: () => makeUniqueTokenExtractor(tokens),
  vocab: letters(3),
  causal: true,
  compressionRatio: 1.3,
  compressResidual: true,
  recipe: juneRecipe({ learningRate: 5e-4, strictWeight: 0.5 }),
});

export const case96 = completeCase({
  id: "96",
  task: "Each number that occurs once in the sequence; 0 for all that are repeated.",
  program: () => {
    const sameToken = named(select(tokens, tokens, EQ), "eq_selector");
    const count = named(selectorWidth(sameToken), "eq_count");
    const place = named(
      map((i: number) => i + 1, indices),
      "index",
    );
    const adjusted = sequenceMap((n: number, i: number) => (n <= i ? n : 0), count, place);
    const isSingle = map((n: number) => bit(n === 1), named(adjusted, "adjusted_count"));
    const flag = named(isSingle, "first_or_zero");
    const kept = sequenceMap((x: number, single: number) => (single === 1 ? x : 0), tokens, flag);
    return named(kept, "remove_duplicates");
  },
  vocab: integers(1, 11),
  causal: false,
  caveats: ["Described as keeping first occurrences; it keeps only what is not repeated at all."],
});
