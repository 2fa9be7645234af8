import { z } from "zod";
import { allCases } from "../../cases/index.ts";
import { demoText, printedDemo } from "../../jobs/index.ts";
import { defineCommand } from "../command.ts";
import { runDemo } from "../demo/run.ts";
import { jobOptions, outputWords } from "../options/common.ts";
import { engineOf, engineOptions } from "../options/engine.ts";
import { typedCommand } from "../typed.ts";

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
    const document = printedDemo(stages, io.cwd);
    const next = nextSteps(outputWords({ outputDir })).map(
      ({ words, what }) => [typedCommand(io, words), what] as const,
    );
    return {
      kind: "demo",
      document: { ...document },
      text: (style) => demoText(document, next, style),
    };
  },
});

/** Commands that go on from the results in this folder, and what they show. */
function nextSteps(output: readonly string[]) {
  const step = (line: string, what: string) => ({ words: [...line.split(" "), ...output], what });
  return [
    step("run acdc -i 3 --threshold 0.0001", "a smaller threshold keeps more edges"),
    step("eval iit -i 3", "what every node of the trained model does"),
    { words: ["cases", "list"], what: `${allCases().length} questions with known answers` },
    step("train iit -i 4 --recipe fast", "train another case"),
  ];
}
