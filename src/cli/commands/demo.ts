import { z } from "zod";
import { defineCommand } from "../command.ts";
import { demoPlaces, type PrintedDemo, runDemo } from "../demo/run.ts";
import { demoText } from "../demo/text.ts";
import { printedDocument } from "../job-context.ts";
import { jobOptions } from "../options/common.ts";
import { engineOf, engineOptions } from "../options/engine.ts";

const { outputDir, seed, force } = jobOptions;

/** `demo`: the main job in one go. */
export const demo = defineCommand({
  path: ["demo"],
  summary: "See it all on one small case: compile, train, discover, compare with the truth",
  description:
    "A guided tour of some seconds: the RASP program of case 3 is compiled, a transformer is trained to implement it, ACDC, EAP and EAP with integrated gradients look for its circuit, and what they found is compared with the truth. The same seed gives the same results; finished stages are used again.",
  options: z.object({ outputDir, seed, force, ...engineOptions }),
  examples: [
    { command: "demo", summary: "Everything, with explanations" },
    { command: "demo --json -o demo-results", summary: "Only the numbers" },
  ],
  async run(context, { outputDir, force, seed, ...machine }) {
    const choice = { outputDir, force, seed, engine: engineOf(machine) };
    const stages = await runDemo(context, choice);
    const { io } = context;
    const shown = demoPlaces(stages, io.cwd);
    const document = printedDocument(stages.comparison, io.cwd, shown);
    const places = { folder: String(document.folder), outputDir, program: io.program };
    return {
      kind: "demo",
      document,
      text: (style) => demoText(document as unknown as PrintedDemo, places, style),
    };
  },
});
