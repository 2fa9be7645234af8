import { z } from "zod";
import { namesProgramFile } from "../../cases/selection.ts";
import { defineCommand } from "../../command.ts";
import { caseOptions } from "../../options/cases.ts";
import { jobOptions } from "../../options/common.ts";
import { engineOptions } from "../../options/engine.ts";
import { modelOptions } from "../../options/model.ts";
import {
  retiredEverywhere,
  retiredModelFlags,
  retiredRealismFlags,
} from "../../options/original.ts";
import { realismOptions } from "../../options/realism.ts";
import { runRealism } from "./realism.ts";

/** `eval gt_node_realism`: what a model gets right without the nodes outside its true circuit. */
export const evalGtNodeRealism = defineCommand({
  path: ["eval", "gt_node_realism"],
  summary: "Measure what is left of a model without the nodes outside its true circuit",
  description: [
    "All heads and MLPs outside the true circuit are replaced together by their mean, or by zero. The score is the share of right outputs that stay right. Beside it stand random nodes of equal number, the whole model, and none.",
    "The folder holds node-realism.csv, node-realism.svg and result.json.",
  ].join("\n\n"),
  options: z.object({
    ...caseOptions,
    ...modelOptions,
    ...realismOptions(1000),
    ...jobOptions,
    ...engineOptions,
  }),
  retired: [...retiredEverywhere, ...retiredModelFlags, ...retiredRealismFlags],
  examples: [
    { command: "eval gt_node_realism -i 3", summary: "The model trained for case 3" },
    { command: "eval gt_node_realism -i 3 --tracr -m", summary: "The compiled one, by the mean" },
  ],
  isolate: ({ indices }) => namesProgramFile(indices),
  run: (context, choice) => runRealism(context, choice, { kind: "eval-gt-node-realism" }),
});
