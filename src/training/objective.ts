import { sampleInput, type Tensor } from "../engine/index.ts";
import {
  forward,
  type HookName,
  hookShape,
  interchangeHooks,
  interchangePoint,
  sourceName,
  switchInputs,
  type WeightTensors,
} from "../transformer/index.ts";
import { logitsNeeded, outputLoss, targetInput } from "./loss/output.ts";
import { hooksOfSet, type PatchSet } from "./patch-set.ts";
import type { TrainingTask } from "./task.ts";
import type { Term } from "./terms.ts";

/** Names of the objective's sample inputs, besides those of the source's values. */
export const OBJECTIVE_INPUTS = {
  base: "base",
  label: "label",
  intervened: "intervened",
} as const;

/** In front of the names of a term's switches. */
export const switchPrefix = (term: Term): string => `${term}:`;

/** The terms of an objective, each with what it patches. */
export type PatchPlan = ReadonlyMap<Term, PatchSet>;

/** Where the run on the source is looked at: what the patched nodes' values are computed from. */
export function sourcePoints(
  { lowLevelConfig: config }: TrainingTask,
  plan: PatchPlan,
): HookName[] {
  const hooks = [...plan.values()].flatMap(hooksOfSet);
  return [...new Set(hooks.map((hook) => interchangePoint(config, hook)))];
}

/**
 * The unweighted losses of some terms as graph, `[]` per sequence.
 *
 * The run on the source is a run of its own, whose values at {@link sourcePoints} are the sample
 * inputs `source:<hook>`; it is detached: gradients flow through the base run alone. Further sample
 * inputs: {@link OBJECTIVE_INPUTS} as far as needed, tokens `[pos]` and targets of `targetShape`.
 * Scalars: the switches of each term's chosen hook points under its prefix.
 */
export function objective(
  task: TrainingTask,
  weights: WeightTensors,
  plan: PatchPlan,
): ReadonlyMap<Term, Tensor> {
  const { lowLevelConfig: config, positions } = task;
  const base = sampleInput(OBJECTIVE_INPUTS.base, [positions]);
  const [label, intervened] = [OBJECTIVE_INPUTS.label, OBJECTIVE_INPUTS.intervened].map((name) =>
    targetInput(name, task, config.dVocabOut),
  ) as [Tensor, Tensor];

  const points = new Map(
    sourcePoints(task, plan).map((point) => [
      point,
      sampleInput(sourceName(point), hookShape(config, point, positions)),
    ]),
  );
  const interchange = (hook: HookName, on: Tensor | "always") => {
    const source = points.get(interchangePoint(config, hook))!;
    return interchangeHooks(config, weights, { hook, source, on });
  };

  const lossOf = (term: Term, { chosen, always }: PatchSet): Tensor => {
    const switches = switchInputs(config, positions, chosen, { prefix: switchPrefix(term) });
    const hooks = new Map([
      ...[...switches].flatMap(([hook, { on }]) => interchange(hook, on)),
      ...always.flatMap((hook) => interchange(hook, "always")),
    ]);
    const options = { hooks, logitsAt: logitsNeeded(task) };
    const { logits } = forward(config, weights, base, options);
    return outputLoss(task, logits, term === "iit" ? intervened : label);
  };
  return new Map([...plan].map(([term, set]) => [term, lossOf(term, set)]));
}
