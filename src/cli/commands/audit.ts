import { z } from "zod";
import { grouped } from "../../flags/index.ts";
import { auditOptions, auditText } from "../../jobs/index.ts";
import { defineCommand } from "../command.ts";
import { measureModels } from "../models/evaluate.ts";
import { caseOptions } from "../options/cases.ts";
import { workOptions } from "../options/engine.ts";
import { modelOptions } from "../options/model.ts";

/** `audit`: what every node and edge of a model does, and what its truth is good for. */
export const audit = defineCommand({
  path: ["audit"],
  summary: "Examine what every node and edge of a model does, inside and outside of its truth",
  description: [
    "Every node and every edge takes what it carries from another input, from its mean, from zero: what breaks? Where the inputs are few, on all pairs of them, so that the result is a proof; else on pairs drawn independently, with exact intervals. Then the truth as a whole: whether it is sufficient and necessary, which of its edges the model does without, and what outside of it leaks.",
    "The folder holds audit.md, a page to read, nodes.svg, edges.svg and result.json.",
  ].join("\n\n"),
  options: z.object({
    ...caseOptions,
    ...modelOptions,
    ...grouped("Audit", auditOptions),
    ...workOptions,
  }),
  examples: [
    { command: "audit -i 3", summary: "The model trained for case 3: all 65,536 pairs" },
    { command: "audit -i 13 --tracr", summary: "The compiled transformer" },
    { command: "audit --model my-model", summary: "A folder with a model's files" },
  ],
  run(context, choice) {
    const { pairs, edgePairs, inputs, seed } = choice;
    const config = { pairs, edgePairs, inputs, seed };
    return measureModels(context, choice, { kind: "audit", config, text: auditText });
  },
});
