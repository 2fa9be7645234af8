import { z } from "zod";
import { allCases, type Case, type CaseTag, type Dimensions } from "../../../cases/index.ts";
import { type CaseRow, caseRow } from "../../../models/index.ts";
import {
  type Column,
  cutText,
  formatCsv,
  formatTable,
  type Style,
  textWidth,
} from "../../../report/index.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags/flag.ts";
import type { Io } from "../../io.ts";
import { typedCommand } from "../../typed.ts";
import { UsageError } from "../../usage.ts";

const TAGS = [
  "trivial",
  "causal",
  "bidirectional",
  "categorical",
  "regression",
  "published",
  "caveat",
] as const satisfies readonly CaseTag[];

const sizeText = ({ nLayers, nHeads, dModel }: Dimensions) => `${nLayers}×${nHeads}, ${dModel}`;

/** Columns before the task, which is the one that can be cut. */
const NARROW_COLUMNS: readonly Column<CaseRow>[] = [
  { heading: "id", value: ({ id }) => id, align: "right" },
  { heading: "output", value: ({ categorical }) => (categorical ? "class" : "number") },
  { heading: "compiled", value: ({ hl }) => hl && sizeText(hl) },
  { heading: "trained", value: ({ ll }) => sizeText(ll) },
];

const WIDE_COLUMNS: readonly Column<CaseRow>[] = [
  ...NARROW_COLUMNS,
  { heading: "words", value: ({ vocabSize }) => vocabSize },
  { heading: "length", value: ({ maxSeqLen }) => maxSeqLen },
  { heading: "tags", value: ({ tags }) => shownTags(tags).join(" ") },
];

/** Terminals from this width on show all columns. */
const WIDE = 110;

/** The tags that no other column tells. */
const shownTags = (tags: readonly string[]) =>
  tags.filter((tag) => tag !== "categorical" && tag !== "regression");

const SIZES = ["nLayers", "nHeads", "dModel", "dHead", "dMlp"] as const;

const CSV_COLUMNS: readonly Column<CaseRow>[] = [
  ...(
    [
      "id",
      "task",
      "categorical",
      "causal",
      "trivial",
      "minSeqLen",
      "maxSeqLen",
      "vocabSize",
    ] as const
  ).map((key) => ({ heading: key, value: (row: CaseRow) => row[key] })),
  { heading: "tags", value: ({ tags }) => tags.join(" ") },
  ...(["hl", "ll"] as const).flatMap((model) =>
    SIZES.map((size) => ({
      heading: `${model}.${size}`,
      value: (row: CaseRow) => row[model]?.[size],
    })),
  ),
];

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
      text: (style) => (csv ? formatCsv(CSV_COLUMNS, rows) : tableText(rows, io, style)),
    };
  },
});

/** The table; in a terminal, tasks are cut at its width, and narrow ones show fewer columns. */
function tableText(rows: readonly CaseRow[], io: Io, style: Style): string {
  const width = io.stdout.columns;
  const columns = width !== undefined && width < WIDE ? NARROW_COLUMNS : WIDE_COLUMNS;
  const taken = Math.max(...formatTable(columns, rows, style).split("\n").map(textWidth));
  const left = width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, width - taken - 2);
  const tasks: Column<CaseRow> = { heading: "task", value: ({ task }) => cutText(task, left) };
  const count = `${rows.length} ${rows.length === 1 ? "case" : "cases"}`;
  const note = `${count}. Sizes: layers × heads, d_model. See "${typedCommand(io, ["cases", "show", "ID"])}".`;
  return `${formatTable([...columns, tasks], rows, style)}\n${style.dim(note)}\n`;
}
