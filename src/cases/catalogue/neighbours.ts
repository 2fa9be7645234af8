import {
  aggregate,
  indices,
  named,
  type RaspValue,
  select,
  sequenceMap,
  shiftBy,
  tokens,
  valuesEqual,
} from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { juneRecipe } from "../recipe.ts";
import { drawLength, type RowSampler, type Sampler, uniformRow } from "../sampler.ts";
import { integers, letters, zeroToTen } from "../vocabulary.ts";
import { tenWords } from "./drawn-words.ts";

/* Each token and the ones beside it. */

const differs = (x: RaspValue, y: RaspValue) => !valuesEqual(x, y);
const previous = () => shiftBy(1, tokens);
const next = () => shiftBy(-1, tokens);

/** Two tokens in turn: every token equals the one two before. */
const alternating: RowSampler = (draws, length, vocab) => {
  const pair = draws.sample(vocab, 2);
  return Array.from({ length }, (_, i) => pair[i % 2]!);
};

/** The vocabulary over and over: no token equals the one two before. */
const cyclic: RowSampler = (_, length, vocab) =>
  Array.from({ length }, (_, i) => vocab[i % vocab.length]!);

/** Random rows; full-length ones where no token equals the one two before are drawn again. */
const mixed: Sampler = (draws, request) =>
  Array.from({ length: request.count }, () => {
    for (;;) {
      const row = uniformRow(draws, drawLength(draws, request), request.vocab);
      const isShort = row.length < request.maxSeqLen - 1;
      if (isShort || row.some((token, i) => i >= 2 && token === row[i - 2])) return row;
    }
  });

/** 15 % rows where every token equals the one two before, 15 % where none does, else random ones. */
const pairsTwoApart: Sampler = (draws, request) => {
  const { count, vocab } = request;
  const share = Math.ceil(0.15 * count);
  const alternatingCount = Math.min(share, count);
  const cyclicCount = Math.min(share, count - alternatingCount);
  const rows = (row: RowSampler, n: number) =>
    Array.from({ length: n }, () => row(draws, drawLength(draws, request), vocab));
  return [
    ...rows(alternating, alternatingCount),
    ...rows(cyclic, cyclicCount),
    ...mixed(draws, { ...request, count: count - alternatingCount - cyclicCount }),
  ];
};

export const case1 = completeCase({
  id: "1",
  task: "Whether each token equals the token two positions before it; no value at the first two.",
  program: () => sequenceMap((x: string, y: string) => x === y, tokens, shiftBy(2, tokens)),
  vocab: letters(5),
  causal: true,
  sampler: pairsTwoApart,
});

export const case6 = completeCase({
  id: "6",
  task: "Whether exactly one of two steps rises, the one to this token and the one to the next; no value at the ends.",
  program: () => {
    const rises = (x: number, y: number) => y > x;
    const before = sequenceMap(rises, previous(), tokens);
    const behind = sequenceMap(rises, tokens, next());
    return sequenceMap(differs, before, behind);
  },
  vocab: integers(0, 10),
  causal: false,
  compressionRatio: 1.2,
});

export const case13 = completeCase({
  id: "13",
  task: 'Whether the next token is larger, smaller or equal: "increasing", "decreasing" or "constant"; no value at the end.',
  program: () =>
    sequenceMap(
      (current: number, following: number) => {
        if (current < following) return "increasing";
        return current > following ? "decreasing" : "constant";
      },
      tokens,
      next(),
    ),
  vocab: integers(0, 3),
  causal: false,
  recipe: juneRecipe({ epochs: 500, clipGradNorm: 1 }),
});

export const case19 = completeCase({
  id: "19",
  task: "The sequence without immediate repetitions: no value at the start or where a token equals the one before.",
  program: () => {
    const keepIfNew = (x: string, y: string) => (x === y ? null : x);
    return named(sequenceMap(keepIfNew, tokens, previous()), "sequential_duplicate_removal");
  },
  vocab: letters(3),
  causal: true,
  maxSeqLen: 15,
  recipe: juneRecipe({ learningRate: 1e-3 }),
});

export const case32 = completeCase({
  id: "32",
  task: "Whether each token differs from the one before; no value at the start.",
  program: () => sequenceMap(differs, tokens, previous()),
  vocab: tenWords(),
  causal: true,
});

export const case38 = completeCase({
  id: "38",
  task: "Whether each token differs from both of its neighbours; no value at the ends.",
  program: () => {
    const before = named(sequenceMap(differs, previous(), tokens), "prev_token_neq_orig");
    const behind = named(sequenceMap(differs, tokens, next()), "next_token_neq_orig");
    const both = sequenceMap((x: boolean, y: boolean) => x && y, before, behind);
    return named(both, "alternation_checker");
  },
  vocab: letters(3),
  causal: false,
});

export const case92 = completeCase({
  id: "92",
  task: "Each token, or 0 if it is less than the one before.",
  program: () => {
    const before = select(
      indices,
      indices,
      (key: number, query: number) => query === key + 1 || (key === 0 && query === 0),
    );
    const shifted = named(aggregate(before, tokens), "shifted_sequence_with_placeholder");
    const zeroIfLess = sequenceMap((x: number, y: number) => (x < y ? 0 : x), tokens, shifted);
    return named(zeroIfLess, "zero_if_less_than_previous");
  },
  vocab: zeroToTen(),
  causal: true,
});

export const case118 = completeCase({
  id: "118",
  task: "Each token plus the one before; no value at the start.",
  program: () => {
    const shifted = named(previous(), "shifted_sequence");
    const known = sequenceMap((x: number, i: number) => (i > 0 ? x : 0), shifted, indices);
    const sum = sequenceMap((x: number, y: number) => Math.trunc(x + y), tokens, known);
    return named(sum, "pairwise_max");
  },
  vocab: zeroToTen(),
  causal: false,
});

export const case131 = completeCase({
  id: "131",
  task: "The larger of each token and the one before; no value at the start.",
  program: () => {
    const shifted = named(previous(), "shifted_sequence");
    const larger = (x: number, y: number) => Math.trunc(Math.max(x, y));
    return named(sequenceMap(larger, tokens, shifted), "pairwise_max");
  },
  vocab: zeroToTen(),
  causal: true,
});
