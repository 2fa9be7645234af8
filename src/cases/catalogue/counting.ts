import {
  EQ,
  GT,
  LT,
  makeCount,
  makeHist,
  makeLength,
  map,
  named,
  type Predicate,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  tokens,
} from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { autumnRecipe, juneRecipe } from "../recipe.ts";
import { letters, zeroToTen } from "../vocabulary.ts";

/* How many tokens stand in some relation to this one. */

const countTokens = (comparison: Predicate, selectorName: string): SOp =>
  selectorWidth(named(select(tokens, tokens, comparison), selectorName));

export const case7 = completeCase({
  id: "7",
  task: "How often each token occurs in the sequence.",
  program: makeHist,
  vocab: letters(3),
  causal: false,
  compressionRatio: 1.5,
  compressResidual: true,
  recipe: juneRecipe({ strictWeight: 0.5, seed: 1234 }),
});

export const case14 = completeCase({
  id: "14",
  task: 'How often "a" occurs in the sequence.',
  program: () => makeCount(tokens, "a"),
  vocab: letters(3),
  causal: false,
  recipe: autumnRecipe(),
  // Heads of width 2 leave it short of its goal on fresh pairs where validation is just there.
  fast: { silenceWeight: 1, earlyStopAccuracy: 99.95 },
});

export const case18 = completeCase({
  id: "18",
  task: 'How common each token is: "frequent" above half of the sequence, "common" above a quarter, else "rare".',
  program: () =>
    sequenceMap(
      (count: number, length: number) => {
        if (count > length / 2) return "frequent";
        return count > length / 4 ? "common" : "rare";
      },
      makeHist(),
      makeLength(),
    ),
  vocab: letters(5),
  causal: false,
  compressionRatio: 1.6,
  compressResidual: true,
  recipe: juneRecipe({ learningRate: 1e-3, strictWeight: 1 }),
});

export const case25 = completeCase({
  id: "25",
  task: "The fraction of the sequence that equals each token, with one class per fraction.",
  program: () =>
    sequenceMap(
      (count: number, length: number) => (length > 0 ? count / length : null),
      makeHist(),
      makeLength(),
    ),
  vocab: letters(3),
  causal: false,
  compressionRatio: 1.5,
  compressResidual: true,
  recipe: autumnRecipe(),
});

export const case44 = completeCase({
  id: "44",
  task: "How many tokens of the sequence are greater than this one.",
  program: () => named(countTokens(GT, "greater_than_selector"), "count_greater_than"),
  vocab: zeroToTen(),
  causal: false,
  recipe: autumnRecipe(),
  fast: { silenceWeight: 1 },
});

export const case47 = completeCase({
  id: "47",
  task: "How often each token occurs in the sequence, from a vocabulary of ten letters.",
  program: () => named(countTokens(EQ, "equality_selector"), "frequency_count"),
  vocab: letters(10),
  causal: false,
});

export const case61 = completeCase({
  id: "61",
  task: "The rank of each token: one more than the number of smaller tokens.",
  program: () => map((smaller: number) => smaller + 1, countTokens(LT, "select")),
  vocab: zeroToTen(),
  causal: false,
  fast: { silenceWeight: 1 },
});

export const case63 = completeCase({
  id: "63",
  task: "How many tokens of the sequence are less than this one.",
  program: () => named(countTokens(LT, "lt_selector"), "count_lt"),
  vocab: zeroToTen(),
  causal: false,
  recipe: autumnRecipe(),
  fast: { silenceWeight: 1 },
});

export const case78 = completeCase({
  id: "78",
  task: "How often each token occurs in the sequence: case 47 with other names in its program.",
  program: () => named(countTokens(EQ, "eq_selector"), "count_occurrences"),
  vocab: letters(10),
  causal: false,
});
