import { z } from "zod";
import { flag } from "../../../flags/index.ts";
import { showRun } from "../../../models/index.ts";
import { parseInput } from "../../cases/input.ts";
import { selectCase } from "../../cases/selection.ts";
import { defineCommand } from "../../command.ts";

/** `cases run`: one input through the program and through the compiled transformer. */
export const casesRun = defineCommand({
  path: ["cases", "run"],
  summary: "Run a case on one input: the program beside its compiled transformer",
  description:
    "The RASP program is interpreted; the compiled transformer computes the same with attention and MLPs. Both are shown position by position, counted from 0, without BOS. A case of functions has no program: its variables are shown.",
  arguments: ["id"],
  options: z.object({
    id: flag(z.string(), "The case, or a program file", { isProgram: true }),
    input: flag(z.string(), "The tokens: a JSON array, tokens between commas, or characters", {
      placeholder: "JSON",
    }),
  }),
  examples: [
    { command: `cases run 3 --input '["a","x","b","x"]'`, summary: "The share of x so far" },
    { command: "cases run 3 --input axbx", summary: "The same: all tokens are single characters" },
    { command: "cases run 13 --input 0,1,1,2 --json", summary: "Numbers, as a JSON document" },
  ],
  async run(context, options) {
    const { case_ } = await selectCase(context, options.id, { at: "ID" });
    const input = parseInput(case_, options.input);
    const { document, text } = showRun(case_, input);
    return { kind: "cases-run", document, text };
  },
});
