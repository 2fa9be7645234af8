import { sequenceMap, shiftBy, tokens } from "../../rasp/index.ts";
import { defineCase } from "../case.ts";
import { juneRecipe } from "../recipe.ts";
import { integers } from "../vocabulary.ts";

/* Each token compared with the ones beside it. */

export const case13 = defineCase({
  id: "13",
  task: "Whether the next token is larger, smaller or equal: increasing, decreasing or constant.",
  program: () =>
    sequenceMap(
      (current: number, next: number) => {
        if (current < next) return "increasing";
        return current > next ? "decreasing" : "constant";
      },
      tokens,
      shiftBy(-1, tokens),
    ),
  vocab: integers(0, 3),
  causal: false,
  recipe: juneRecipe({ epochs: 500, clipGradNorm: 1 }),
});
