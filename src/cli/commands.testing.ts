import { z } from "zod";
import { type Command, defineCommand } from "./command.ts";
import { loadRegistry } from "./registry.ts";

/** A command that only tells which options it got, with the flags of a real one. */
export function echoCommand(command: Command): Command {
  return {
    ...command,
    run: async (_, options) => ({
      kind: "echo",
      document: { options },
      text: () => `${JSON.stringify(options)}\n`,
    }),
  };
}

const WANTED = ["train iit", "run acdc", "run eap", "eval iit"];

const greet = defineCommand({
  path: ["greet"],
  summary: "Greet someone",
  arguments: ["name", "others"],
  options: z.object({
    name: z.string().describe("Whom to greet"),
    others: z.array(z.string()).default([]),
    validationIIA: z.number().min(0).max(1).default(0.5),
    shout: z.boolean().default(false),
  }),
  run: () => ({ kind: "greet", document: {}, text: () => "" }),
});

const once = defineCommand({
  path: ["once"],
  summary: "Do it once",
  arguments: ["what"],
  options: z.object({ what: z.string().optional() }),
  run: () => ({ kind: "once", document: {}, text: () => "" }),
});

/** The commands with the most flags, and one with arguments, as commands that tell their options. */
export const echoCommands: readonly Command[] = [
  ...(await loadRegistry()).commands.filter(({ path }) => WANTED.includes(path.join(" "))),
  greet,
  once,
].map(echoCommand);
