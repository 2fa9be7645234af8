import { makeHist, makeLength, sequenceMap } from "../../rasp/index.ts";
import { defineCase } from "../case.ts";
import { juneRecipe } from "../recipe.ts";
import { letters } from "../vocabulary.ts";

/* How often something occurs. */

export const case7 = defineCase({
  id: "7",
  task: "How often each token occurs in the sequence.",
  program: makeHist,
  vocab: letters(3),
  causal: false,
  compressionRatio: 1.5,
  compressResidual: true,
  recipe: juneRecipe({ strictWeight: 0.5, seed: 1234 }),
});

export const case18 = defineCase({
  id: "18",
  task: 'Each token by its share of the sequence: over a half "frequent", over a quarter "common", else "rare".',
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
