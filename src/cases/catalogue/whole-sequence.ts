import {
  aggregate,
  GEQ,
  indices,
  map,
  named,
  type RaspValue,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  tokens,
} from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { autumnRecipe } from "../recipe.ts";
import { halfAndHalf, type RowSampler, uniformRow } from "../sampler.ts";
import { integers, zeroToTen } from "../vocabulary.ts";
import {
  bit,
  countAll,
  countZeros,
  everywhere,
  isEven,
  moveTo,
  SEES_PAD,
  valueAt,
} from "./parts.ts";

/* One property of the whole sequence, everywhere. Their samplers draw it true half of the time. */

/** The token before; at the start the token itself. */
const previousOrSelf = (): SOp =>
  aggregate(
    select(
      indices,
      indices,
      (key: number, query: number) => key === query - 1 || (key === 0 && query === 0),
    ),
    tokens,
  );

/** 1 if no position holds 0. */
const noZero = (flags: SOp): SOp => map((zeros: number) => bit(zeros === 0), countZeros(flags));

/** 1 if any position holds 0. */
const anyZero = (flags: SOp): SOp => map((zeros: number) => bit(zeros > 0), countZeros(flags));

const sortedRow =
  (sign: 1 | -1): RowSampler =>
  (draws, length, vocab) =>
    draws.sample(vocab, length).sort((a, b) => sign * (Number(a) - Number(b)));

const distinctRow: RowSampler = (draws, length, vocab) => draws.sample(vocab, length);

const duplicateRow: RowSampler = (draws, length, vocab) => {
  const row = draws.sample(vocab, length - 1);
  return draws.shuffled([...row, draws.choice(row)]);
};

const equalEndRow: RowSampler = (draws, length, vocab) => {
  const row = draws.choices(vocab, length - 2);
  const last = draws.choice(vocab);
  return [...row, last, last];
};

const unequalEndRow: RowSampler = (draws, length, vocab) => {
  const row = draws.choices(vocab, length - 2);
  const beforeLast = draws.choice(vocab);
  return [...row, beforeLast, draws.choice(vocab.filter((token) => token !== beforeLast))];
};

const constantRow: RowSampler = (draws, length, vocab) => {
  const token = draws.choice(vocab);
  return new Array<RaspValue>(length).fill(token);
};

const permutedRow: RowSampler = (draws, length, vocab) => {
  const row = draws.sample(vocab, Math.min(length, vocab.length));
  return Array.from({ length }, (_, i) => row[i % row.length]!);
};

const evens = (vocab: readonly RaspValue[]) => vocab.filter((token) => isEven(Number(token)));
const odds = (vocab: readonly RaspValue[]) => vocab.filter((token) => !isEven(Number(token)));

const evenOddRow: RowSampler = (draws, length, vocab) =>
  Array.from({ length }, (_, i) => draws.choice(isEven(i) ? evens(vocab) : odds(vocab)));

const evenRow: RowSampler = (draws, length, vocab) => draws.sample(evens(vocab), length);

const oneOddRow: RowSampler = (draws, length, vocab) => {
  const row = draws.sample(evens(vocab), length - 1);
  return draws.shuffled([...row, draws.choice(odds(vocab))]);
};

export const case89 = completeCase({
  id: "89",
  task: "Whether no number is smaller than the one before it.",
  program: () =>
    noZero(sequenceMap((x: number, y: number) => bit(x <= y), previousOrSelf(), tokens)),
  vocab: zeroToTen(),
  maxSeqLen: 11,
  causal: false,
  sampler: halfAndHalf(sortedRow(1), uniformRow),
});

export const case94 = completeCase({
  id: "94",
  task: "Whether no number is larger than the one before it.",
  program: () =>
    noZero(sequenceMap((x: number, y: number) => bit(x >= y), previousOrSelf(), tokens)),
  vocab: zeroToTen(),
  causal: false,
  sampler: halfAndHalf(sortedRow(-1), uniformRow),
});

export const case108 = completeCase({
  id: "108",
  task: "Whether any two numbers are equal.",
  program: () => {
    const count = selectorWidth(
      select(tokens, tokens, (key: number, query: number) => key === query),
    );
    const repeated = selectorWidth(select(count, everywhere(2), GEQ));
    return map((n: number) => bit(n > 0), repeated);
  },
  vocab: zeroToTen(),
  causal: false,
  sampler: halfAndHalf(duplicateRow, distinctRow),
});

/** The token `back` positions before the end, everywhere. */
const fromEnd = (length: SOp, back: number): SOp => valueAt(map((n: number) => n - back, length));

export const case109 = completeCase({
  id: "109",
  task: "Whether the last two numbers are equal.",
  program: () => {
    const length = countAll();
    const isEqual = (x: number, y: number) => bit(x === y);
    return sequenceMap(isEqual, fromEnd(length, 1), fromEnd(length, 2));
  },
  vocab: zeroToTen(),
  causal: false,
  sampler: halfAndHalf(equalEndRow, unequalEndRow),
});

export const case117 = completeCase({
  id: "117",
  task: "The sum of the last two numbers, at every position.",
  program: () => {
    const length = countAll();
    return sequenceMap((x: number, y: number) => x + y, fromEnd(length, 1), fromEnd(length, 2));
  },
  vocab: zeroToTen(),
  causal: false,
});

export const case113 = completeCase({
  id: "113",
  task: "The sequence in reverse order if it is ascending, else unchanged.",
  program: () => {
    const flags = sequenceMap((x: number, y: number) => bit(x <= y), previousOrSelf(), tokens);
    const direction = map((zeros: number) => (zeros > 0 ? 1 : -1), countZeros(flags));
    const centre = map((n: number) => n / 2 - 0.5, countAll(indices));
    const offset = sequenceMap((i: number, c: number) => i - c, indices, centre);
    const turned = sequenceMap((x: number, y: number) => x * y, direction, offset);
    return moveTo(sequenceMap((x: number, y: number) => x + y, centre, turned));
  },
  vocab: integers(0, 30),
  causal: false,
  caveats: [
    "The compiled transformer is wrong on some structured inputs, such as 4 followed by 18s: soft attention adds up.",
  ],
  recipe: autumnRecipe(),
});

export const case124 = completeCase({
  id: "124",
  task: "Whether all numbers are equal.",
  program: () => {
    const others = selectorWidth(
      select(tokens, tokens, (key: number, query: number) => key !== query),
    );
    return anyZero(others);
  },
  vocab: zeroToTen(),
  causal: false,
  sampler: halfAndHalf(constantRow, permutedRow),
  caveats: [
    "Its inputs are constant or without repetition: nothing between them is ever trained, and the published model computes no clean predicate there.",
    SEES_PAD,
  ],
  recipe: autumnRecipe(),
});

export const case125 = completeCase({
  id: "125",
  task: "Whether even and odd numbers alternate.",
  program: () => {
    const before = select(
      indices,
      indices,
      (key: number, query: number) => query === key + 1 || (key === 1 && query === 0),
    );
    const isNeighbourEven = map((x: number) => bit(isEven(x)), aggregate(before, tokens));
    const isOdd = map((x: number) => bit(!isEven(x)), tokens);
    const alternates = (x: number, y: number) => bit(x === y);
    return noZero(sequenceMap(alternates, isNeighbourEven, isOdd));
  },
  vocab: zeroToTen(),
  causal: false,
  sampler: halfAndHalf(evenOddRow, uniformRow),
});

export const case129 = completeCase({
  id: "129",
  task: "Whether all numbers are even.",
  program: () => {
    const isMultiple = map((x: number) => bit(isEven(x)), tokens);
    return noZero(named(isMultiple, "check_multiple_of_2"));
  },
  vocab: integers(0, 30),
  causal: false,
  sampler: halfAndHalf(evenRow, oneOddRow),
  recipe: autumnRecipe(),
});
