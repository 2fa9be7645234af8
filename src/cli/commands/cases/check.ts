import { z } from "zod";
import { type CaseCheck, checkCase } from "../../../cases/index.ts";
import { wasmBackend } from "../../../engine/index.ts";
import { asUsage, UsageError } from "../../../flags/index.ts";
import { CHECK_COLUMNS, caseCheckText } from "../../../models/index.ts";
import { formatTable } from "../../../report/index.ts";
import { selectCases } from "../../cases/selection.ts";
import { defineCommand } from "../../command.ts";
import { caseOptions } from "../../options/cases.ts";

/** `cases check`: is a program fit to be a case? */
export const casesCheck = defineCommand({
  path: ["cases", "check"],
  summary: "Say whether a program is fit to be a case, and what would make it one",
  description:
    "Whether its compiled transformer is exact (on all inputs where they are few), how often each output comes, what each variable does when it is exchanged between inputs, and which nodes nothing can show. A program for some sequences only is checked on those: name them with inputs in the file. Exit code 1 if one is not fit.",
  options: z.object({ indices: caseOptions.indices }),
  examples: [
    { command: "cases check mine.mjs", summary: "A program of your own" },
    { command: "cases check generated:5/0-19", summary: "Twenty fresh cases" },
    { command: "cases check 110,113,124", summary: "Some of the catalogue" },
  ],
  async run(context, { indices }) {
    if (indices === undefined) {
      throw new UsageError("E_CASE", "no case is named", {
        expected: "program files, generated cases, ids, or all",
        received: "nothing",
      });
    }
    const cases = await selectCases(context, { indices });
    const backend = await wasmBackend();
    const line = context.progress.begin("cases check", { unit: "cases", total: cases.length });
    const checks: CaseCheck[] = [];
    for (const { case_ } of cases) {
      await new Promise((resume) => setImmediate(resume));
      context.signal.throwIfAborted();
      checks.push(asUsage(() => checkCase(case_, backend)));
      line.update(checks.length, {});
    }
    line.finish();
    const [only] = checks;
    const exitCode = checks.every(({ fit }) => fit) ? 0 : 1;
    if (checks.length === 1 && only !== undefined) {
      const text = (style: Parameters<typeof caseCheckText>[1]) => caseCheckText(only, style);
      return { kind: "cases-check", document: { ...only }, text, exitCode };
    }
    return {
      kind: "cases-checks",
      document: { cases: checks.length, fit: checks.filter(({ fit }) => fit).length, checks },
      text: (style) => formatTable(CHECK_COLUMNS, checks, style),
      exitCode,
    };
  },
});
