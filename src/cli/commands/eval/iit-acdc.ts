import { z } from "zod";
import { REALISM_INPUTS } from "../../../jobs/index.ts";
import { defineCommand } from "../../command.ts";
import { caseOptions } from "../../options/cases.ts";
import { retiredRealismFlags } from "../../options/original.ts";
import { acdcOptions } from "../../options/realism.ts";
import { circuitWork } from "./circuit-work.ts";
import { REALISM_FOLDER, REALISM_METHOD, realismCommandOptions, runRealism } from "./realism.ts";

/** `eval iit_acdc`: ACDC on a model, against the truth, with the realism of what it found. */
export const evalIitAcdc = defineCommand({
  path: ["eval", "iit_acdc"],
  summary: "Run ACDC on a model; compare its circuit with the truth, and measure its realism",
  description: [
    "The same as run acdc and then eval node_realism: the circuit's nodes and edges are counted against the truth.",
    REALISM_METHOD,
    REALISM_FOLDER,
  ].join("\n\n"),
  options: z.object({
    ...caseOptions,
    ...acdcOptions,
    ...realismCommandOptions(REALISM_INPUTS.found),
  }),
  retired: retiredRealismFlags,
  examples: [
    { command: "eval iit_acdc -i 3 -t 0.025", summary: "The model trained for case 3" },
    { command: "eval iit_acdc -i 3 --tracr", summary: "The compiled one" },
  ],
  run: async (context, choice) =>
    runRealism(
      context,
      choice,
      await circuitWork({ ...choice, algorithm: "acdc" }, context.io.cwd),
    ),
});
