import {
  floorDivide,
  indices,
  makeNarySequenceMap,
  map,
  modulo,
  named,
  sequenceMap,
  tokens,
} from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { autumnRecipe, juneRecipe } from "../recipe.ts";
import { integers, letters, zeroToTen } from "../vocabulary.ts";
import { bit, isEven, pointwise, withIndex } from "./parts.ts";

/* Each token together with its position, or with another part of itself. */

export const case15 = completeCase({
  id: "15",
  task: "Twice each number, minus its position.",
  program: () =>
    makeNarySequenceMap((x: number, y: number, i: number) => x + y - i, tokens, tokens, indices),
  vocab: integers(0, 5),
  causal: true,
  maxSeqLen: 5,
  recipe: autumnRecipe({ strictWeight: 1 }),
});

export const case26 = completeCase({
  id: "26",
  task: "Each letter repeated: once at the first position, twice at the second, and so on.",
  program: () => withIndex((letter: string, i) => letter.repeat(i + 1)),
  vocab: letters(3),
  causal: true,
  trivial: true,
  compressResidual: true,
  recipe: juneRecipe(),
});

export const case40 = completeCase({
  id: "40",
  task: "The sum of the last two digits of each number.",
  program: () => {
    const tens = pointwise((x: number) => floorDivide(x, 10), "tens_place");
    const ones = pointwise((x: number) => modulo(x, 10), "ones_place");
    return named(
      sequenceMap((x: number, y: number) => x + y, tens, ones),
      "sum_digits",
    );
  },
  vocab: integers(0, 29),
  causal: true,
  recipe: autumnRecipe(),
});

export const case48 = completeCase({
  id: "48",
  task: "Each number plus its position.",
  program: () =>
    named(
      withIndex((x: number, i) => x + i),
      "incremented_sequence",
    ),
  vocab: zeroToTen(),
  causal: true,
});

export const case53 = completeCase({
  id: "53",
  task: "Each number, plus 1 at odd positions (counted from 0).",
  program: () => {
    const isOdd = named(
      map((i: number) => i % 2, indices),
      "odd_index_marker",
    );
    const sum = sequenceMap((x: number, odd: number) => x + odd, tokens, isOdd);
    return named(sum, "incremented_elements");
  },
  vocab: zeroToTen(),
  causal: true,
  recipe: autumnRecipe({ strictWeight: 0.7 }),
});

export const case56 = completeCase({
  id: "56",
  task: "Each number, but 0 at every third position.",
  program: () => {
    const isThird = map((i: number) => bit((i + 1) % 3 === 0), indices);
    const marker = named(isThird, "every_third_numerical");
    const zeroed = sequenceMap((x: number, third: number) => (third === 1 ? 0 : x), tokens, marker);
    return named(zeroed, "result_sequence");
  },
  vocab: zeroToTen(),
  causal: true,
  recipe: autumnRecipe(),
});

export const case76 = completeCase({
  id: "76",
  task: "Each number at odd positions (counted from 0), and 0 at even ones.",
  program: () => {
    const marker = named(
      map((i: number) => (isEven(i) ? 0 : -1), indices),
      "even_odd_marker",
    );
    const kept = sequenceMap((x: number, mark: number) => (mark === -1 ? x : 0), tokens, marker);
    return named(kept, "final_sequence");
  },
  vocab: zeroToTen(),
  causal: true,
});

export const case106 = completeCase({
  id: "106",
  task: "The number at the second position, and 0 at all others.",
  program: () => withIndex((x: number, i) => (i === 1 ? x : 0)),
  vocab: zeroToTen(),
  causal: true,
  trivial: true,
  recipe: autumnRecipe({ strictWeight: 0.7, seed: 92 }),
});
