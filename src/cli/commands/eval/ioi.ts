import { z } from "zod";
import { amendFlag } from "../../../flags/index.ts";
import { defineCommand } from "../../command.ts";
import { workOptions } from "../../options/engine.ts";
import { nodeEffectFlags } from "../../options/evaluation.ts";
import { ioiIndices, ioiOptions } from "../../options/ioi.ts";
import { modelOptions } from "../../options/model.ts";
import { retiredEffectFlags, retiredIoiFlags } from "../../options/original.ts";
import { evaluateNodes } from "./iit.ts";

const options = z.object({
  ...ioiOptions,
  ...modelOptions,
  ...nodeEffectFlags,
  maxLen: amendFlag(nodeEffectFlags.maxLen, { aliases: ["--num-samples"] }),
  ...workOptions,
});

/** `eval ioi`: what every node of a model for indirect object identification does. */
export const evalIoi = defineCommand({
  path: ["eval", "ioi"],
  summary: "Measure what ablating each node of an IOI model changes",
  description:
    "The same as eval iit -i ioi: the effects of every head and MLP, and accuracy, IIA and strict accuracy.",
  options,
  retired: [...retiredEffectFlags, ...retiredIoiFlags],
  examples: [{ command: "eval ioi", summary: "The model that train ioi wrote" }],
  run: (context, choice) => evaluateNodes(context, { ...choice, indices: ioiIndices(choice) }),
});
