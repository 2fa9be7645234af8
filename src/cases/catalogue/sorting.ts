import {
  aggregate,
  EQ,
  floorDivide,
  indices,
  LEQ,
  makeLength,
  makeSort,
  makeSortUnique,
  map,
  named,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  tokens,
  withNumberType,
} from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { autumnRecipe } from "../recipe.ts";
import { integers, zeroToTen } from "../vocabulary.ts";
import { shortWords } from "./drawn-words.ts";
import { valueAt } from "./parts.ts";

/* Orders: sorting, and what follows from it. */

/** The tokens made different by a small multiple of their position. */
const distinctTokens = (step: number): SOp =>
  sequenceMap((x: number, i: number) => x + i * step, tokens, indices);

/** The mean of the two middle values (of one value, twice) of a sorted sequence. */
const medianOf = (sorted: SOp, length: SOp): SOp => {
  const lower = valueAt(
    map((n: number) => floorDivide(n - 1, 2), length),
    sorted,
  );
  const upper = valueAt(
    map((n: number) => floorDivide(n, 2), length),
    sorted,
  );
  return sequenceMap((x: number, y: number) => (x + y) / 2, lower, upper);
};

/** The largest token, everywhere. */
const largest = (): SOp => {
  const keys = distinctTokens(1e-14);
  const rank = selectorWidth(select(keys, keys, LEQ));
  return aggregate(select(rank, makeLength(), EQ), tokens);
};

export const case9 = completeCase({
  id: "9",
  task: "The digits in ascending order.",
  program: () => makeSort(tokens, tokens, 10, 1),
  vocab: integers(0, 10),
  causal: false,
  compressResidual: true,
});

export const case22 = completeCase({
  id: "22",
  task: "The words in order of length.",
  program: () => {
    const lengths = named(
      map((word: string) => [...word].length, tokens),
      "token_length",
    );
    return makeSort(tokens, lengths, 10, 1);
  },
  vocab: shortWords(),
  causal: false,
  compressResidual: true,
});

export const case59 = completeCase({
  id: "59",
  task: "The numbers in ascending order.",
  program: () => makeSortUnique(tokens, distinctTokens(1e-5)),
  vocab: zeroToTen(),
  causal: false,
});

export const case81 = completeCase({
  id: "81",
  task: "The median of the sequence, at every position.",
  program: () => medianOf(makeSort(tokens, tokens, 100, 1), makeLength()),
  vocab: zeroToTen(),
  causal: false,
});

export const case97 = completeCase({
  id: "97",
  task: "Each number divided by the largest one; 0 if that is 0.",
  program: () => {
    const quotient = sequenceMap(
      (x: number, max: number) => (max > 0 ? x / max : 0),
      tokens,
      named(largest(), "max_element"),
    );
    return withNumberType(quotient, (value) => (value === 0 ? "int" : "float"));
  },
  vocab: zeroToTen(),
  causal: false,
  recipe: autumnRecipe({ seed: 82 }),
});

export const case98 = completeCase({
  id: "98",
  task: "The largest number, at every position.",
  program: largest,
  vocab: zeroToTen(),
  causal: false,
});

export const case126 = completeCase({
  id: "126",
  task: "The median of the sequence, at every position, by sorting with closer keys than in case 81.",
  program: () => medianOf(makeSortUnique(tokens, distinctTokens(1e-4)), makeLength()),
  vocab: zeroToTen(),
  causal: false,
});
