import { resolve } from "node:path";
import { z } from "zod";
import { printable } from "../../errors/index.ts";
import { inspect, inspectionText } from "../../models/index.ts";
import { defineCommand } from "../command.ts";

/** `inspect`: what a file or a folder holds. */
export const inspectCommand = defineCommand({
  path: ["inspect"],
  summary: "Say what a file or folder holds, without running anything",
  description: [
    "Model folders, of this package and of the published InterpBench; weights (safetensors, .npz, .npy, PyTorch's .pth); configurations, edges and scores, as JSON and as the pickles of the original; circuits, prompts, vocabularies and results. The bytes tell what a file is, not its name.",
    "Pickles are read by an allow-list of plain data; everything else in them is refused, and nothing is executed. A file that must not be read is an error with exit code 1.",
  ].join("\n\n"),
  arguments: ["path"],
  options: z.object({ path: z.string().min(1).describe("The file or folder") }),
  examples: [
    { command: "inspect ll_model.pth", summary: "The tensors of a published model" },
    { command: "inspect results/compile/3/0123456789ab --json", summary: "The same for programs" },
  ],
  run({ io }, { path }) {
    const inspection = inspect(resolve(io.cwd, path));
    return {
      kind: "inspect",
      document: { file: path, ...inspection },
      text: (style) => `${style.bold(printable(path))}\n\n${inspectionText(inspection, style)}`,
    };
  },
});
