import { batchMean, sampleInput, stopGradient, type Tensor } from "../engine/index.ts";
import {
  forward,
  type HookName,
  type Switch,
  switchInputs,
  type WeightTensors,
} from "../transformer/index.ts";
import { logitsNeeded, outputLoss, targetInput } from "./loss/output.ts";
import { asModelNodes, hooksOf, outsideNodes } from "./nodes.ts";
import type { TrainingTask } from "./task.ts";

/**
 * The terms of the SIIT objective, for a base input b and a source input s:
 *
 * - `iit`: patch the image Π(v) of a variable from s; the target is the high-level model's output
 *   on b with v from s;
 * - `strict`: patch nodes outside the circuit from s; the target is b's label;
 * - `behavior`: patch nothing; the target is b's label.
 */
export const TERMS = ["iit", "strict", "behavior"] as const;
export type Term = (typeof TERMS)[number];

/** Names of the objective's sample inputs. */
export const OBJECTIVE_INPUTS = {
  base: "base",
  source: "source",
  label: "label",
  intervened: "intervened",
} as const;

/** In front of the names of a term's switches. */
export const switchPrefix = (term: Term): string => `${term}:`;

/** The hook points that a term patches. */
export function patchedHooks(task: TrainingTask, term: Term): HookName[] {
  const { lowLevelConfig, correspondence } = task;
  if (term === "behavior") return [];
  return term === "iit"
    ? hooksOf(asModelNodes(correspondence.flatMap(({ ll }) => ll)))
    : hooksOf(outsideNodes(lowLevelConfig, correspondence));
}

/**
 * The unweighted losses of some terms as graph, `[]` each, means over the batch.
 *
 * The run on the source is shared by the terms and detached: gradients flow through the base run
 * alone. Sample inputs: {@link OBJECTIVE_INPUTS} as far as needed, tokens `[pos]` and targets of
 * `targetShape`. Scalars: the switches of each term's hook points under its prefix.
 */
export function objective(
  task: TrainingTask,
  weights: WeightTensors,
  terms: readonly Term[],
): ReadonlyMap<Term, Tensor> {
  const { lowLevelConfig: config, positions } = task;
  const base = sampleInput(OBJECTIVE_INPUTS.base, [positions]);
  const [label, intervened] = [OBJECTIVE_INPUTS.label, OBJECTIVE_INPUTS.intervened].map((name) =>
    targetInput(name, task, config.dVocabOut),
  ) as [Tensor, Tensor];

  const capture = [...new Set(terms.flatMap((term) => patchedHooks(task, term)))];
  const sources =
    capture.length === 0
      ? new Map<HookName, Tensor>()
      : forward(config, weights, sampleInput(OBJECTIVE_INPUTS.source, [positions]), { capture })
          .cache;
  const switchesOf = (term: Term): ReadonlyMap<HookName, Switch> => {
    const inputs = switchInputs(config, positions, patchedHooks(task, term), {
      prefix: switchPrefix(term),
    });
    return new Map(
      [...inputs].map(([hook, { on }]) => [hook, { on, source: stopGradient(sources.get(hook)!) }]),
    );
  };
  return new Map(
    terms.map((term) => {
      const options = { switches: switchesOf(term), logitsAt: logitsNeeded(task) };
      const { logits } = forward(config, weights, base, options);
      return [term, batchMean(outputLoss(task, logits, term === "iit" ? intervened : label))];
    }),
  );
}
