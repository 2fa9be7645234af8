import { z } from "zod";
import { REALISM_INPUTS } from "../../../jobs/index.ts";
import { defineCommand } from "../../command.ts";
import { caseOptions } from "../../options/cases.ts";
import { retiredRealismFlags } from "../../options/original.ts";
import { circuitOptions } from "../../options/realism.ts";
import { circuitWork } from "./circuit-work.ts";
import { REALISM_FOLDER, REALISM_METHOD, realismCommandOptions, runRealism } from "./realism.ts";

/** `eval node_realism`: what a model gets right without the nodes outside a circuit that was found. */
export const evalNodeRealism = defineCommand({
  path: ["eval", "node_realism"],
  summary: "Measure what is left of a model without the nodes outside a circuit",
  description: [
    REALISM_METHOD,
    "The circuit is that of a run with the same model, data size and seed, which is done first if it has not been done; or your own.",
    REALISM_FOLDER,
  ].join("\n\n"),
  options: z.object({
    ...caseOptions,
    ...circuitOptions,
    ...realismCommandOptions(REALISM_INPUTS.found),
  }),
  retired: retiredRealismFlags,
  examples: [
    { command: "eval node_realism -i 3", summary: "The circuit that ACDC finds in case 3" },
    {
      command: "eval node_realism -i 3 --algorithm eap --edge-count 4",
      summary: "Another algorithm's",
    },
    { command: "eval node_realism -i 3 --circuit my-circuit.json", summary: "Your own" },
  ],
  run: async (context, choice) =>
    runRealism(context, choice, await circuitWork(choice, context.io.cwd)),
});
