import { z } from "zod";
import { type Command, type CommandDefinition, defineCommand } from "./command.ts";
import { caseOptions } from "./options/cases.ts";
import { engineOptions, jobOptions } from "./options/common.ts";
import { acdcOptions, discoveryOptions, eapOptions } from "./options/discovery.ts";
import { nodeEffectOptions } from "./options/evaluation.ts";
import { modelOptions } from "./options/model.ts";
import {
  retiredAcdcFlags,
  retiredEapFlags,
  retiredEvaluationFlags,
  retiredEverywhere,
  retiredModelFlags,
  retiredTrainingFlags,
} from "./options/original.ts";
import { trainingOptions } from "./options/training.ts";

/** A command that only tells which options it got. */
function echo<Options extends z.ZodObject>(
  definition: Omit<CommandDefinition<Options>, "run" | "summary">,
): Command {
  return defineCommand({
    ...definition,
    summary: `Tell the options of ${definition.path.join(" ")}`,
    run: (_, options) => ({
      kind: "echo",
      document: { options },
      text: () => `${JSON.stringify(options)}\n`,
    }),
  });
}

const shared = { ...caseOptions, ...jobOptions, ...engineOptions };

/** The commands of the original with their real flags, as commands that tell their options. */
export const echoCommands: readonly Command[] = [
  echo({
    path: ["train", "iit"],
    options: z.object({ ...trainingOptions, ...shared }),
    retired: [...retiredEverywhere, ...retiredTrainingFlags],
    examples: [{ command: "train iit -i 3 --epochs 30", summary: "Train case 3" }],
  }),
  echo({
    path: ["run", "acdc"],
    options: z.object({ ...acdcOptions, ...discoveryOptions, ...modelOptions, ...shared }),
    retired: [...retiredEverywhere, ...retiredModelFlags, ...retiredAcdcFlags],
  }),
  echo({
    path: ["run", "eap"],
    options: z.object({ ...eapOptions, ...discoveryOptions, ...modelOptions, ...shared }),
    retired: [...retiredEverywhere, ...retiredModelFlags, ...retiredEapFlags],
  }),
  echo({
    path: ["eval", "iit"],
    options: z.object({ ...nodeEffectOptions, ...modelOptions, ...shared }),
    retired: [...retiredEverywhere, ...retiredModelFlags, ...retiredEvaluationFlags],
  }),
  echo({
    path: ["greet"],
    arguments: ["name", "others"],
    options: z.object({
      name: z.string().describe("Whom to greet"),
      others: z.array(z.string()).default([]),
      validationIIA: z.number().min(0).max(1).default(0.5),
      shout: z.boolean().default(false),
    }),
  }),
];
