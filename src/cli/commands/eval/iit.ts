import { z } from "zod";
import { EFFECTS } from "../../../evaluation/index.ts";
import { nodeEffectsText } from "../../../jobs/index.ts";
import { type CommandOutput, type Context, defineCommand } from "../../command.ts";
import { measureModels } from "../../models/evaluate.ts";
import { caseOptions } from "../../options/cases.ts";
import { workOptions } from "../../options/engine.ts";
import { nodeEffectFlags, wantedAblations } from "../../options/evaluation.ts";
import { modelOptions } from "../../options/model.ts";
import { retiredEvaluationFlags } from "../../options/original.ts";

const options = z.object({
  ...caseOptions,
  ...modelOptions,
  ...nodeEffectFlags,
  ...workOptions,
});

/** `eval iit`: what every node of a trained model does, whether it should or not. */
export const evalIit = defineCommand({
  path: ["eval", "iit"],
  summary: "Measure what ablating each node of a model changes",
  description: [
    "Every head and MLP is put out of action: by its value on another input (resample), by its mean, by zero. Resample effects count the outputs that change where they should not have to; mean and zero effects the right outputs that become wrong. In a well-trained model, nodes outside the circuit have a resample effect of about 0, and those in it of about 1.",
    "The folder holds node-effects.csv, node-effects.svg and result.json, which has intervals, too.",
  ].join("\n\n"),
  options,
  retired: retiredEvaluationFlags,
  examples: [
    { command: "eval iit -i 3", summary: "The model trained for case 3" },
    { command: "eval iit -i 3 --tracr", summary: "The compiled transformer: all effects 0 or 1" },
    { command: "eval iit -i 3 -m 0", summary: "Resample and zero ablation only" },
  ],
  run: evaluateNodes,
});

/** Measures the nodes of a model of each of the chosen cases. */
export function evaluateNodes(
  context: Context,
  choice: z.output<typeof options>,
): Promise<CommandOutput> {
  const { seed, mean, categoricalMetric, maxLen, maxPairs, compat } = choice;
  const ablations = wantedAblations(EFFECTS, mean);
  const config = { ablations, categoricalMetric, maxLen, maxPairs, compat, seed };
  return measureModels(context, choice, { kind: "eval-iit", config, text: nodeEffectsText });
}
