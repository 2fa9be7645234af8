import { eq, makeFracPrevs, makePairBalance, named, type SOp, tokens } from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { autumnRecipe, juneRecipe } from "../recipe.ts";
import { letters } from "../vocabulary.ts";

/* Running fractions: the cases with a number as output. */

const fractionOfX = (): SOp => makeFracPrevs(named(eq(tokens, "x"), "is_x"));

export const case3 = completeCase({
  id: "3",
  task: 'At every position, the fraction of tokens up to it that are "x".',
  program: fractionOfX,
  vocab: ["a", "b", "c", "x"],
  causal: true,
  maxSeqLen: 5,
  categorical: false,
  places: {
    is_x_3: [{ layer: 0, head: "mlp" }],
    frac_prevs_1: [{ layer: 1, head: 2 }],
  },
  recipe: juneRecipe({ strictWeight: 10 }),
});

export const case4 = completeCase({
  id: "4",
  task: "At every position, the fraction of opening minus the fraction of closing brackets so far.",
  program: () => makePairBalance(tokens, "(", ")"),
  vocab: [...letters(3), "(", ")"],
  causal: true,
  categorical: false,
  recipe: juneRecipe({ learningRate: 1e-3 }),
});

export const case39 = completeCase({
  id: "39",
  task: 'At every position, the fraction of tokens up to it that are "x", in sequences of up to 59 letters.',
  program: fractionOfX,
  vocab: letters(),
  causal: true,
  maxSeqLen: 60,
  categorical: false,
  recipe: autumnRecipe(),
});
