import * as z from "zod/mini";
import type { OutputPositions } from "../../transformer/index.ts";
import {
  defaultTaskLoss,
  LOSSES,
  LOSSES_BY_OUTPUTS,
  type LossName,
  TASK_LOSSES,
} from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { ablationOption, chosenAblation } from "./ablation-option.ts";
import type { TaskNeeds } from "./needs.ts";
import { option } from "./options.ts";

const POSITION_WORDS = ["notFirst", "all", "last"] as const;

/** Where outputs count, if not where the task says. */
const positionsOption = {
  outputPositions: option(
    z.optional(
      z.union(
        [
          z.enum(POSITION_WORDS),
          z.readonly(z.array(z.int().check(z.gte(0))).check(z.minLength(1))),
        ],
        {
          error: `${POSITION_WORDS.map((word) => `"${word}"`).join(", ")}, or a list of positions`,
        },
      ),
    ),
    "Positions whose outputs count in losses: all but the first (BOS), all, the last, or those with these numbers, from 0",
    { defaultText: "those of the case, or of --data" },
  ),
};

/** The options of everything that cuts edges, if only to measure how faithful a circuit is. */
export const runOptions = { ...ablationOption, ...positionsOption };

/** A task with what options say about it in its place. */
export function taskUnder(
  task: DiscoveryTask,
  { outputPositions }: { readonly outputPositions?: OutputPositions | undefined },
): DiscoveryTask {
  return outputPositions === undefined ? task : { ...task, outputPositions };
}

/** What others call the losses. */
const TASK_LOSS_SYNONYMS = { cross_entropy: "kl_div", logit_diff: "avg_diff" };
const LOSS_SYNONYMS = { ...TASK_LOSS_SYNONYMS, kl: "faithfulness" };

const TASK_LOSS_MEANINGS =
  "kl_div, cross-entropy with the right classes; avg_diff, minus the logit difference of right and wrong ones; mae and mse, for numbers";
const TASK_LOSS_SUMMARY = `What the effect is an effect on: ${TASK_LOSS_MEANINGS}`;
const LOSS_SUMMARY = `What the effect is an effect on: faithfulness, the distance from the transformer's own output (KL divergence, or squared difference of numbers); ${TASK_LOSS_MEANINGS}`;

const THE_TASKS_LOSS = "kl_div for classes, mae for numbers";

/** The loss of which a gradient is taken at the clean run, where the distance from that has none. */
export const taskLossOption = {
  loss: option(z.optional(z.enum(TASK_LOSSES)), TASK_LOSS_SUMMARY, {
    defaultText: THE_TASKS_LOSS,
    origin: "InterpBench",
    byOutputs: LOSSES_BY_OUTPUTS,
    synonyms: TASK_LOSS_SYNONYMS,
  }),
};

/** The same where gradients are taken elsewhere, too, so that the distance from the clean run has some. */
export const taskOrOwnLossOption = {
  loss: option(z.optional(z.enum(LOSSES)), LOSS_SUMMARY, {
    defaultText: THE_TASKS_LOSS,
    byOutputs: LOSSES_BY_OUTPUTS,
    synonyms: LOSS_SYNONYMS,
  }),
};

/** The loss of what measures effects. */
export const anyLossOption = {
  loss: option(z._default(z.enum(LOSSES), "faithfulness"), LOSS_SUMMARY, {
    byOutputs: LOSSES_BY_OUTPUTS,
    synonyms: LOSS_SYNONYMS,
  }),
};

/** The loss that was chosen, or the task loss that fits. */
export function chosenTaskLoss(task: DiscoveryTask, loss: LossName | undefined): LossName {
  return loss ?? defaultTaskLoss(task);
}

/** What options with a task loss and an ablation need of a task. */
export function taskLossNeeds(
  {
    loss,
    ablation,
  }: { readonly loss?: LossName | undefined; readonly ablation?: string | undefined },
  task: DiscoveryTask,
): TaskNeeds {
  return { loss: chosenTaskLoss(task, loss), ablation: chosenAblation(ablation) };
}

/** What effects of several inputs are divided by: {@link effectScale}. */
export const SCORE_SCALES = ["perExample", "library"] as const;
export type ScoreScale = (typeof SCORE_SCALES)[number];

/** On which scale effects are. */
export const scaleOption = {
  scoreScale: option(
    z.optional(z.enum(SCORE_SCALES)),
    "The scale of effects: the mean over inputs, or that divided by their number once more, as in the EAP-IG library and MIB with all inputs in one batch",
    { defaultText: "perExample" },
  ),
};

/**
 * What effects that are means over inputs are multiplied by. `perExample`: 1. `library`: 1/N for N inputs,
 * counted as often as they stand for: the library adds up gradients of the mean loss of each batch, and
 * divides by the number of inputs again (hannamw/EAP-IG, commit 795f560).
 */
export function effectScale(
  { rows, multiplicity }: Pick<DiscoveryTask, "rows" | "multiplicity">,
  scale: ScoreScale = "perExample",
): number {
  if (scale === "perExample") return 1;
  let inputs = 0;
  for (let row = 0; row < rows; row++) inputs += multiplicity?.[row] ?? 1;
  return 1 / inputs;
}

/** The seed of an algorithm that draws. */
export const seedOption = (summary: string) => ({
  seed: option(z._default(z.int().check(z.gte(0)), 1234), summary, {
    origin: "InterpBench",
    isCommon: true,
  }),
});
