import { z } from "zod";
import { compiledIfAny, exampleInput } from "../../../cases/index.ts";
import { flag } from "../../../flags/index.ts";
import { caseDocument, caseText } from "../../../models/index.ts";
import { indentText, type Style } from "../../../report/index.ts";
import { type SelectedCase, selectCase } from "../../cases/selection.ts";
import { defineCommand } from "../../command.ts";
import type { Io } from "../../io.ts";
import { shapeOption } from "../../options/cases.ts";
import { typedCommand } from "../../typed.ts";

/** `cases show`: everything that is known about one case. */
export const casesShow = defineCommand({
  path: ["cases", "show"],
  summary: "Show a case: program, compiled transformer, ground truth, recipe",
  description:
    "Sections: the program with its named sub-expressions, or the variables; which head or MLP of the compiled transformer computes which of them, and how exactly; the transformer that is trained, and which of its parts must compute what; the circuit that is therefore the truth; how it is trained.",
  arguments: ["id"],
  options: z.object({
    id: flag(z.string(), "The case, or a program file", { isProgram: true }),
    ...shapeOption,
  }),
  examples: [
    { command: "cases show 3", summary: "All about case 3" },
    { command: "cases show 3 --json", summary: "The same for programs" },
  ],
  async run(context, options) {
    const selected = await selectCase(context, options.id, { at: "ID", shape: options.shape });
    const { case_ } = selected;
    const compiled = compiledIfAny(case_);
    return {
      kind: "cases-show",
      document: caseDocument(case_, compiled),
      text: (style) =>
        `${caseText(case_, compiled, style)}\n${nextText(selected, context.io, style)}`,
    };
  },
});

/** How to go on with a case. */
function nextText({ case_, word }: SelectedCase, io: Io, style: Style): string {
  const next = [
    ["cases", "run", word, "--input", JSON.stringify(exampleInput(case_))],
    ["train", "iit", "-i", word],
  ];
  const lines = next.map((words) => `${typedCommand(io, words)}\n`);
  return `${style.bold("Next")}\n\n${indentText(lines.join(""), 2)}`;
}
