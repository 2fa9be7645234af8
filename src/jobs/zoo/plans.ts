import type { Case } from "../../cases/index.ts";
import { fastRecipe, parseRecipe } from "../../training/index.ts";
import type { EngineChoice } from "../engine.ts";
import type { JobGraph } from "../graph.ts";

/** A model that a zoo is to have. */
export interface ZooWork {
  readonly case_: Case;
  readonly seed: number;
}

/** Inputs that models of the zoo are trained on, at most. */
export const ZOO_SAMPLES = 30_000;

/** What the plans of a model are called in a graph. */
export const zooNames = ({ case_, seed }: ZooWork) => ({
  train: `train ${case_.id} seed ${seed}`,
  audit: `audit ${case_.id} seed ${seed}`,
});

/** The plans that models of the zoo are made by: the recipe `fast`, then an audit. */
export function zooGraph(work: readonly ZooWork[], engine: EngineChoice): JobGraph {
  return Object.fromEntries(
    work.flatMap((one) => {
      const { case_, seed } = one;
      const { train, audit } = zooNames(one);
      const recipe = parseRecipe({ ...fastRecipe(case_), seed });
      const subject = { case: { id: case_.id } };
      return [
        [
          train,
          { kind: "train-iit", subject, config: { recipe, numSamples: ZOO_SAMPLES }, engine },
        ],
        [
          audit,
          {
            kind: "audit",
            subject: { ...subject, model: { kind: "result", name: train } as const },
            config: { seed },
            engine,
          },
        ],
      ];
    }),
  );
}
