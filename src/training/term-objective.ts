import { sampleInput, type Tensor } from "../engine/index.ts";
import { outputLoss, targetInput } from "../interventions/index.ts";
import { forward, logitsNeeded, switchInputs, type WeightTensors } from "../transformer/index.ts";
import { exchangerOf, OBJECTIVE_INPUTS, type SourceFacts } from "./objective.ts";
import { hooksOfSet, type PatchSet } from "./patch-set.ts";
import type { TrainingTask } from "./task.ts";
import type { Term } from "./terms.ts";

/** In front of the names of a term's switches. */
export const switchPrefix = (term: Term): string => `${term}:`;

/** The terms of an objective, each with what it patches. */
export type PatchPlan = ReadonlyMap<Term, PatchSet>;

/**
 * The unweighted losses of some terms as graph, `[]` per sequence.
 *
 * Sample inputs: {@link OBJECTIVE_INPUTS} as far as needed, tokens `[pos]` and targets of `targetShape`, and
 * what {@link exchangerOf} needs. Scalars: the switches of each term's chosen hook points under its prefix.
 */
export function objective(
  task: TrainingTask,
  weights: WeightTensors,
  plan: PatchPlan,
  facts: SourceFacts,
): ReadonlyMap<Term, Tensor> {
  const { lowLevelConfig: config, positions } = task;
  const base = sampleInput(OBJECTIVE_INPUTS.base, [positions]);
  const [label, intervened] = [OBJECTIVE_INPUTS.label, OBJECTIVE_INPUTS.intervened].map((name) =>
    targetInput(name, task, config.dVocabOut),
  ) as [Tensor, Tensor];
  const hooks = [...new Set([...plan.values()].flatMap(hooksOfSet))];
  const exchange = exchangerOf(facts)(task, weights, hooks);

  const lossOf = (term: Term, { chosen, always }: PatchSet): Tensor => {
    const switches = switchInputs(config, positions, chosen, { prefix: switchPrefix(term) });
    const on = new Map([...switches].map(([hook, choice]) => [hook, choice.on]));
    const options = { ...exchange({ chosen: on, always }), logitsAt: logitsNeeded(task) };
    const { logits } = forward(config, weights, base, options);
    return outputLoss(task, logits, term === "iit" ? intervened : label);
  };
  return new Map([...plan].map(([term, set]) => [term, lossOf(term, set)]));
}
