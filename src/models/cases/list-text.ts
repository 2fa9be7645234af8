import type { Dimensions } from "../../cases/index.ts";
import { type Column, cutText, formatTable, type Style, textWidth } from "../../report/index.ts";
import type { CaseRow } from "./facts.ts";

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

/** All that a row says, with dots in names of members of members. */
export const CASE_COLUMNS: readonly Column<CaseRow>[] = [
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

/**
 * Cases as a table. Where it may be `width` columns wide, tasks are cut, and below 110 there are fewer
 * columns.
 */
export function caseTable(
  rows: readonly CaseRow[],
  width: number | undefined,
  style: Style,
): string {
  const columns = width !== undefined && width < WIDE ? NARROW_COLUMNS : WIDE_COLUMNS;
  const taken = Math.max(...formatTable(columns, rows, style).split("\n").map(textWidth));
  const left = width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, width - taken - 2);
  const tasks: Column<CaseRow> = { heading: "task", value: ({ task }) => cutText(task, left) };
  return formatTable([...columns, tasks], rows, style);
}
