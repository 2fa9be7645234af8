import { type Case, lowLevelConfig } from "../../cases/index.ts";
import { fastRecipe, NATURAL_RECIPE, parseRecipe, type RecipeInput } from "../../training/index.ts";
import { countParameters } from "../../transformer/index.ts";
import type { EngineChoice } from "../engine.ts";
import type { JobGraph } from "../graph.ts";

/** A model that a zoo is to have. */
export interface ZooWork {
  readonly case_: Case;
  readonly seed: number;
}

/** Inputs that models of the zoo are trained on, at most. */
const ZOO_SAMPLES = 30_000;

/** The seed of the natural model beside which all models of a case are audited. */
const NATURAL_SEED = 1;

/**
 * Weights of a model, at 4 bytes each, beyond which it is kept in half precision: a folder is to have less than 1 MB.
 */
const MOST_WHOLE = 225_000;

/** What the plans of a model are called in a graph, and which of them makes the model that is kept. */
export function zooNames({ case_, seed }: ZooWork) {
  const named = (what: string) => `${what} ${case_.id} seed ${seed}`;
  const [train, half, audit] = ["train", "half", "audit"].map(named) as [string, string, string];
  const isLarge = countParameters(lowLevelConfig(case_)) > MOST_WHOLE;
  return { train, natural: `natural ${case_.id}`, half, audit, kept: isLarge ? half : train };
}

/**
 * The plans that models of the zoo are made by: the recipe `fast`, for large models rounding to half precision, then an
 * audit of what is kept, beside a natural model of the case.
 */
export function zooGraph(work: readonly ZooWork[], engine: EngineChoice): JobGraph {
  return Object.fromEntries(
    work.flatMap((one) => {
      const { case_, seed } = one;
      const { train, natural, half, audit, kept } = zooNames(one);
      const subject = { case: { id: case_.id } };
      const resultOf = (name: string) => ({ ...subject, model: { kind: "result", name } as const });
      const training = (recipe: RecipeInput) => ({
        kind: "train-iit",
        subject,
        config: {
          recipe: parseRecipe({ ...fastRecipe(case_), ...recipe }),
          numSamples: ZOO_SAMPLES,
        },
        engine,
      });
      return [
        [train, training({ seed })],
        [natural, training({ ...NATURAL_RECIPE, seed: NATURAL_SEED })],
        ...(kept === half ? [[half, { kind: "half", subject: resultOf(train) }]] : []),
        [
          audit,
          {
            kind: "audit",
            subject: resultOf(kept),
            config: { seed },
            parents: [natural],
            engine,
          },
        ],
      ];
    }),
  );
}
