import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { getCase } from "../../cases/index.ts";
import { defineCommand } from "../command.ts";
import { DEMO_STEPS, demoRecipe, runDemo } from "../demo/run.ts";
import { demoText } from "../demo/text.ts";
import { runJob, shownFolder } from "../jobs.ts";
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
    const started = context.io.now();
    const { document, found } = await runDemo(context, getCase(CASE), choice);
    const artifact = await runJob(context, choice, "demo", {
      case: CASE,
      plan: () => ({
        config: { recipe: demoRecipe(choice.seed), steps: DEMO_STEPS },
        parents: found.map(({ provenance }) => provenance.address),
        seeds: { seed: choice.seed },
        backend: choice.backend,
        run: async ({ draft }) => {
          for (const file of ["circuit.json", "circuit.svg"]) {
            draft.write(file, readFileSync(join(found[document.best]!.folder, file)));
          }
          return { ...document, seconds: (context.io.now() - started) / 1000 };
        },
      }),
    });
    const folder = shownFolder(context, artifact.folder);
    return {
      kind: "demo",
      document: { ...artifact.result, folder },
      text: (style) => demoText(document, folder, style),
    };
  },
});
