import { join, resolve } from "node:path";
import { z } from "zod";
import { allCases } from "../../cases/index.ts";
import { writeReport } from "../../explorer/index.ts";
import { flag } from "../../flags/index.ts";
import { demoText, printedDemo } from "../../jobs/index.ts";
import { type Style, styleOf, wantsColours } from "../../report/index.ts";
import { defineCommand } from "../command.ts";
import { runDemo } from "../demo/run.ts";
import { jobOptions, outputWords } from "../options/common.ts";
import { engineOf, engineOptions } from "../options/engine.ts";
import { typedCommand } from "../typed.ts";
import { serveUntilInterrupted } from "./serve.ts";

const { outputDir, seed, force } = jobOptions;

/** `demo`: the main job in one go. */
export const demo = defineCommand({
  path: ["demo"],
  summary: "See it all on one small case: compile, train, discover, compare with the truth",
  description:
    "A guided tour of some seconds: the RASP program of case 3 is compiled, a transformer is trained to implement it, ACDC, EAP and EAP with integrated gradients look for its circuit, and what they found is compared with the truth. The same seed gives the same results; finished stages are used again.",
  options: z.object({
    outputDir,
    seed,
    force,
    open: flag(z.boolean().default(false), "Serve the results, and open them in the browser"),
    ...engineOptions,
  }),
  examples: [
    { command: "demo", summary: "Everything, with explanations" },
    { command: "demo --json -o demo-results", summary: "Only the numbers" },
  ],
  async run(context, { outputDir, force, seed, open, ...machine }) {
    const choice = { outputDir, force, seed, engine: engineOf(machine) };
    const stages = await runDemo(context, choice);
    const { io, signal, wantsJson } = context;
    const report = join(outputDir, "demo.html");
    const document = printedDemo(stages, io.cwd, report);
    const results = [resolve(io.cwd, document.folder)];
    await writeReport({ results }, resolve(io.cwd, report), signal);
    const next = nextSteps(outputWords({ outputDir })).map(
      ({ words, what }) => [typedCommand(io, words), what] as const,
    );
    const text = (style: Style) => demoText(document, next, style);
    if (open) {
      if (!wantsJson) io.stdout.write(text(styleOf(wantsColours(io.stdout.isTerminal, io.env))));
      const path = `#v1/result/${encodeURIComponent(stages.found[0]!.name)}`;
      await serveUntilInterrupted(context, { outputDir, port: 0, open, path });
    }
    return { kind: "demo", document: { ...document }, text };
  },
});

/** Commands that go on from the results in this folder, and what they show. */
function nextSteps(output: readonly string[]) {
  const step = (line: string, what: string) => ({ words: [...line.split(" "), ...output], what });
  return [
    step("run acdc -i 3 --threshold 0.0001", "a smaller threshold keeps more edges"),
    step("eval iit -i 3", "what every node of the trained model does"),
    { words: ["cases", "list"], what: `${allCases().length} questions with known answers` },
    step("train iit -i 4", "train another case"),
    step("serve --open", "look into all of it in the browser"),
  ];
}
