import { z } from "zod";
import { REALISM_INPUTS } from "../../../jobs/index.ts";
import { defineCommand } from "../../command.ts";
import { caseOptions } from "../../options/cases.ts";
import { retiredRealismFlags } from "../../options/original.ts";
import { REALISM_FOLDER, realismCommandOptions, runRealism } from "./realism.ts";

/** `eval gt_node_realism`: what a model gets right without the nodes outside its true circuit. */
export const evalGtNodeRealism = defineCommand({
  path: ["eval", "gt_node_realism"],
  summary: "Measure what is left of a model without the nodes outside its true circuit",
  description: [
    "All heads and MLPs outside the true circuit are replaced together by their mean, or by zero. The score is the share of right outputs that stay right. Beside it stand random nodes of equal number, the whole model, and none.",
    REALISM_FOLDER,
  ].join("\n\n"),
  options: z.object({
    ...caseOptions,
    ...realismCommandOptions(REALISM_INPUTS.truth),
  }),
  retired: retiredRealismFlags,
  examples: [
    { command: "eval gt_node_realism -i 3", summary: "The model trained for case 3" },
    { command: "eval gt_node_realism -i 3 --tracr -m", summary: "The compiled one, by the mean" },
  ],
  run: (context, choice) => runRealism(context, choice, { kind: "eval-gt-node-realism" }),
});
