import {
  add,
  batchSum,
  compile,
  div,
  momentNames,
  mul,
  optimizerStep,
  type Program,
  scalar,
  type Tensor,
  withoutUnread,
} from "../engine/index.ts";
import type { WeightTensors } from "../transformer/index.ts";
import { flatWeights } from "./flat-weights.ts";
import { effectiveStrictWeight, type Recipe } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";
import type { Term } from "./terms.ts";

/** What a term's loss is multiplied by. */
export function termWeight(recipe: Recipe, term: Term): number {
  if (term === "strict") return effectiveStrictWeight(recipe);
  return term === "iit" ? recipe.iitWeight : recipe.behaviorWeight;
}

const WEIGHTS = "weights";
const MOMENTS = momentNames(WEIGHTS);

/** Names of an update's inputs, besides those of its objective and Adam's scalars. */
export const UPDATE_INPUTS = {
  /** The flat weights, updated in place, like Adam's moments. */
  weights: WEIGHTS,
  firstMoment: MOMENTS.first,
  secondMoment: MOMENTS.second,
  /** A scalar: the number of pairs. */
  pairs: "pairs",
} as const;

/** What an update gives: the terms' weighted losses, and the gradient's norm before clipping. */
export type UpdateOutput = Term | "gradientNorm";

/** A term's unweighted loss, `[]` per sequence. */
export interface CountedLoss {
  readonly loss: Tensor;
  /** For how many pairs of the batch a sequence stands in this term, `[]` per sequence. */
  readonly count: Tensor;
}

/**
 * One update of all weights as a program: the weighted losses of some terms, `Σ count·loss / pairs`
 * times the term's weight, their sum's gradient, clipped to the recipe's global norm, and one step
 * of Adam. `lossesOf` builds the terms on the weights.
 *
 * Outputs: each term's weighted loss and `gradientNorm` (before clipping), `[]` each.
 */
export function updateProgram(
  { lowLevelConfig }: TrainingTask,
  recipe: Recipe,
  lossesOf: (weights: WeightTensors) => ReadonlyMap<Term, CountedLoss>,
): Program<UpdateOutput> {
  const { flat, tensors } = flatWeights(lowLevelConfig, WEIGHTS);
  const pairs = scalar(UPDATE_INPUTS.pairs);
  const built = [...lossesOf(tensors)].map(([term, { loss, count }]): [Term, Tensor] => [
    term,
    mul(div(batchSum(mul(loss, count)), pairs), termWeight(recipe, term)),
  ]);
  const lean = withoutUnread(
    built.map(([, loss]) => loss),
    tensors.values(),
  );
  const losses = built.map(([term], i): [Term, Tensor] => [term, lean[i]!]);
  const total = losses.map(([, loss]) => loss).reduce((sum, loss) => add(sum, loss));
  const learned = { parameter: flat, parts: [...tensors.values()] };
  const step = { adam: recipe, clip: recipe.clipGradNorm };
  const { updates, gradientNorm } = optimizerStep([learned], total, step);
  const outputs = { ...Object.fromEntries(losses), gradientNorm };
  return compile({ outputs: outputs as Record<UpdateOutput, Tensor>, updates });
}
