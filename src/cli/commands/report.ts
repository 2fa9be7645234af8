import { resolve } from "node:path";
import { z } from "zod";
import { reportText, writeReport } from "../../explorer/index.ts";
import { flag, waitAsUsage } from "../../flags/index.ts";
import { defineCommand } from "../command.ts";

/** `report`: results as a page. */
export const report = defineCommand({
  path: ["report"],
  summary: "Write results as one HTML file, in which the models run",
  description:
    "The file opens in any browser, without a network and without a server: it has the results, the models that they are about, and the program that shows, runs and takes them apart. It loads nothing and sends nothing. A demo brings along the discoveries that it compares.",
  arguments: ["results"],
  options: z.object({
    results: flag(z.array(z.string().min(1)).min(1), "Folders of results", { isWhole: true }),
    output: flag(z.string().min(1).default("report.html"), "The file", { placeholder: "FILE" }),
    title: flag(z.string().max(200).optional(), "What the page is called", {
      defaultText: "what is in it",
    }),
  }),
  examples: [{ command: "report results/run-acdc/3/0123456789ab", summary: "What ACDC found" }],
  async run({ io, signal }, { results, output, title }) {
    const spec = { results: results.map((path) => resolve(io.cwd, path)), title };
    const document = await waitAsUsage(() => writeReport(spec, resolve(io.cwd, output), signal));
    return {
      kind: "report",
      document: { ...document, file: output },
      text: (style) => reportText({ ...document, file: output }, style),
    };
  },
});
