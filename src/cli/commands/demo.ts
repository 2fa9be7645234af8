import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { getCase } from "../../cases/index.ts";
import type { RunningJob } from "../../jobs/index.ts";
import { contentOf } from "../../store/index.ts";
import { defineCommand } from "../command.ts";
import {
  DEMO_STEPS,
  demoDocument,
  demoPlaces,
  demoRecipe,
  runDemo,
  runStage,
} from "../demo/run.ts";
import { demoText } from "../demo/text.ts";
import { jobOptions } from "../options/common.ts";
import { engineOptions } from "../options/engine.ts";

/** The case of the demo: the smallest one with a circuit worth looking for. */
const CASE = "3";

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
  async run(context, choice) {
    const stages = await runDemo(context, getCase(CASE), choice);
    const { compilation, training, found } = stages;
    const stored = demoDocument(stages);
    const shown = demoPlaces(stages);
    const plan = () => ({
      config: {
        recipe: demoRecipe(choice.seed),
        steps: DEMO_STEPS,
        found: [training, ...found].map(({ artifact }) => contentOf(artifact)),
      },
      parents: [compilation, training, ...found].map(({ name }) => name),
      seeds: { seed: choice.seed },
      run: async ({ draft }: RunningJob) => {
        for (const file of ["circuit.json", "circuit.svg"]) {
          draft.write(file, readFileSync(join(found[stored.best]!.artifact.folder, file)));
        }
        return stored;
      },
    });
    const kind = { kind: "demo", title: "demo" };
    const { document } = await runStage(context, choice, kind, { case: CASE, plan }, shown);
    const { program } = context.io;
    const places = { folder: String(document.folder), outputDir: choice.outputDir, program };
    return {
      kind: "demo",
      document,
      text: (style) => demoText({ ...stored, ...shown }, places, style),
    };
  },
});
