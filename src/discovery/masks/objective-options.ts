import * as z from "zod/mini";
import { type AblationChoice, chosenAblation } from "../algorithm/ablation-option.ts";
import type { TaskNeeds } from "../algorithm/needs.ts";
import { option } from "../algorithm/options.ts";
import type { DiscoveryTask } from "../task/task.ts";
import {
  defaultMetric,
  type MaskObjective,
  METRICS,
  type Metric,
  objectiveAnswers,
  TARGETS,
  type Target,
} from "./objective.ts";

/** What learned masks are to keep: by default the transformer's own output, as in the papers. */
export const objectiveOptions = {
  metric: option(
    z.optional(z.enum(METRICS)),
    "How outputs are compared: squared differences, or KL divergence (classes only)",
    { defaultText: "kl for classes, l2 for numbers" },
  ),
  target: option(
    z._default(z.enum(TARGETS), "model"),
    "What outputs are compared with: the right ones, or the transformer's own",
  ),
};

/** Values of {@link objectiveOptions}. */
export interface ObjectiveChoice {
  readonly metric?: Metric | undefined;
  readonly target: Target;
}

/** The objective that was chosen for a task. */
export function chosenObjective(
  { metric, target }: ObjectiveChoice,
  task: DiscoveryTask,
): MaskObjective {
  return { metric: metric ?? defaultMetric(task), target };
}

/** The answers that a chosen objective needs. Throws `E_LOSS` where it does not fit the task. */
export function objectiveNeeds(
  choice: ObjectiveChoice,
  task: DiscoveryTask,
): Pick<TaskNeeds, "answers"> {
  return { answers: objectiveAnswers(task, chosenObjective(choice, task)) };
}

/** What masks that mix values with ablated ones need. Throws as {@link objectiveNeeds} and `chosenAblation`. */
export function maskNeeds(
  { ablation, ...choice }: ObjectiveChoice & { readonly ablation?: AblationChoice },
  task: DiscoveryTask,
): TaskNeeds {
  return { ...objectiveNeeds(choice, task), ablation: chosenAblation(ablation) };
}
