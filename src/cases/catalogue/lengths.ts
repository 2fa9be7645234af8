import {
  floorDivide,
  indices,
  makeLength,
  map,
  named,
  sequenceMap,
  tokens,
  withNumberType,
} from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { autumnRecipe } from "../recipe.ts";
import { zeroToTen } from "../vocabulary.ts";
import { bit, countAll } from "./parts.ts";

/* Each token together with the length of the sequence. */

export const case45 = completeCase({
  id: "45",
  task: "Each number, doubled in the first half of the sequence.",
  program: () => {
    const inFirstHalf = sequenceMap((i: number, n: number) => bit(i < n / 2), indices, countAll());
    return sequenceMap((x: number, half: number) => x * (1 + half), tokens, inFirstHalf);
  },
  vocab: zeroToTen(),
  causal: false,
  recipe: autumnRecipe(),
});

export const case67 = completeCase({
  id: "67",
  task: "Each number times the length of the sequence.",
  program: () => sequenceMap((x: number, n: number) => x * n, tokens, countAll()),
  vocab: zeroToTen(),
  causal: false,
  recipe: autumnRecipe({ iitWeight: 0.7, strictWeight: 0.7, epochs: 3000, seed: 92 }),
});

export const case71 = completeCase({
  id: "71",
  task: "Each number divided by the length of the sequence.",
  program: () => {
    const quotient = sequenceMap(
      (x: number, n: number) => (n > 0 ? x / n : 0),
      tokens,
      makeLength(),
    );
    const isInt = (value: number) => (value === 0 ? "int" : "float");
    return named(withNumberType(quotient, isInt), "divided_by_length");
  },
  vocab: zeroToTen(),
  causal: false,
  recipe: autumnRecipe({ iitWeight: 0.4, strictWeight: 1, epochs: 3000, seed: 92 }),
});

export const case82 = completeCase({
  id: "82",
  task: "Each number, halved in the second half of the sequence.",
  program: () => {
    const half = named(
      map((n: number) => floorDivide(n, 2), makeLength()),
      "half_length",
    );
    const isSecond = sequenceMap((i: number, h: number) => i >= h, indices, half);
    const inSecondHalf = named(isSecond, "in_second_half");
    const halved = sequenceMap((x: number, c: boolean) => (c ? x / 2 : x), tokens, inSecondHalf);
    return named(withNumberType(halved, "int"), "halved_sequence");
  },
  vocab: zeroToTen(),
  causal: false,
  recipe: autumnRecipe(),
});
