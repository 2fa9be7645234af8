import { z } from "zod";
import { REALISM_INPUTS } from "../../../jobs/index.ts";
import { defineCommand } from "../../command.ts";
import { ioiIndices, ioiOptions } from "../../options/ioi.ts";
import { retiredIoiFlags, retiredRealismFlags } from "../../options/original.ts";
import { acdcOptions } from "../../options/realism.ts";
import { circuitWork } from "./circuit-work.ts";
import { REALISM_FOLDER, REALISM_METHOD, realismCommandOptions, runRealism } from "./realism.ts";

/** `eval ioi_acdc`: the same as `eval iit_acdc` on a model for indirect object identification. */
export const evalIoiAcdc = defineCommand({
  path: ["eval", "ioi_acdc"],
  summary: "Run ACDC on an IOI model; compare its circuit with the truth, and measure its realism",
  description: ["The same as eval iit_acdc -i ioi.", REALISM_METHOD, REALISM_FOLDER].join("\n\n"),
  options: z.object({
    ...ioiOptions,
    ...acdcOptions,
    ...realismCommandOptions(REALISM_INPUTS.ioi),
  }),
  retired: [...retiredRealismFlags, ...retiredIoiFlags],
  examples: [{ command: "eval ioi_acdc -t 0.025", summary: "The model that train ioi wrote" }],
  run: async (context, choice) =>
    runRealism(
      context,
      { ...choice, indices: ioiIndices(choice) },
      await circuitWork({ ...choice, algorithm: "acdc" }, context.io.cwd),
    ),
});
