import { z } from "zod";
import { allCases, type Case, type CaseTag } from "../../../cases/index.ts";
import { flag, UsageError } from "../../../flags/index.ts";
import { CASE_COLUMNS, type CaseRow, caseRow, caseTable } from "../../../models/index.ts";
import { formatCsv, type Style } from "../../../report/index.ts";
import { defineCommand } from "../../command.ts";
import type { Io } from "../../io.ts";
import { typedCommand } from "../../typed.ts";

const TAGS = [
  "trivial",
  "causal",
  "bidirectional",
  "categorical",
  "regression",
  "published",
  "caveat",
] as const satisfies readonly CaseTag[];

/** `cases list`: the catalogue as a table. */
export const casesList = defineCommand({
  path: ["cases", "list"],
  summary: "List the cases: task, kind of output, sizes, tags",
  description:
    "Sizes are layers × heads, d_model: of the transformer compiled from the case's program, and of the one that is trained to implement it. Several tags must all be there.",
  options: z.object({
    tag: flag(z.array(z.enum(TAGS)).default([]), "Only cases with this tag", {
      placeholder: "TAG,…",
      defaultText: "all cases",
    }),
    published: flag(z.boolean().default(false), "Only cases of the published InterpBench"),
    csv: flag(z.boolean().default(false), "Write comma-separated values"),
  }),
  examples: [
    { command: "cases list", summary: "All cases" },
    {
      command: "cases list --tag regression,causal",
      summary: "Those with a number as output whose attention is causal",
    },
    { command: "cases list --csv > cases.csv", summary: "All of it for a spreadsheet" },
  ],
  run({ io, wantsJson }, { tag, published, csv }) {
    if (csv && wantsJson) {
      throw new UsageError("E_FLAG", "two formats are asked for", {
        expected: "--csv or --json",
        received: "--csv and --json",
      });
    }
    const wanted: readonly CaseTag[] = published ? [...tag, "published"] : tag;
    const isWanted = ({ tags }: Case) => wanted.every((name) => tags.includes(name));
    const rows = allCases()
      .filter(isWanted)
      .map((case_) => caseRow(case_));
    return {
      kind: "cases-list",
      document: rows,
      text: (style) => (csv ? formatCsv(CASE_COLUMNS, rows) : listText(rows, io, style)),
    };
  },
});

/** The table, as wide as the terminal, and what its sizes are. */
function listText(rows: readonly CaseRow[], io: Io, style: Style): string {
  const count = `${rows.length} ${rows.length === 1 ? "case" : "cases"}`;
  const note = `${count}. Sizes: layers × heads, d_model. See "${typedCommand(io, ["cases", "show", "ID"])}".`;
  return `${caseTable(rows, io.stdout.columns, style)}\n${style.dim(note)}\n`;
}
