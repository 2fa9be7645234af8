import type { EstimatorFacts, EstimatorGroup, Rate } from "../../evaluation/index.ts";
import {
  type Column,
  formatFacts,
  formatNumber,
  formatTable,
  type Style,
  UNDEFINED_TEXT,
} from "../../report/index.ts";
import type { StudyDocument } from "../plans/study-document.ts";
import { markdownTable } from "./markdown-table.ts";

/** A study as it is printed. */
export type PrintedStudy = StudyDocument & { readonly folder: string };

type Cells = Pick<
  EstimatorFacts,
  "bias" | "coverage" | "falsePositives" | "falsePositivesAtSize" | "power" | "powerAtSize"
>;

/** `.83 (.71–.92)` */
function rangeText(value: number | undefined, range: { low: number; high: number } | undefined) {
  if (value === undefined || range === undefined) return UNDEFINED_TEXT;
  const [mean, low, high] = [value, range.low, range.high].map((x) => formatNumber(x, 2));
  return `${mean} (${low} to ${high})`;
}

const rateText = (rate: Rate | undefined) => rangeText(rate?.rate, rate);

const CELLS: readonly Column<Cells>[] = [
  { heading: "found", value: ({ powerAtSize }) => rateText(powerAtSize) },
  { heading: "found falsely", value: ({ falsePositivesAtSize }) => rateText(falsePositivesAtSize) },
  { heading: "shown", value: ({ power }) => rateText(power) },
  { heading: "shown falsely", value: ({ falsePositives }) => rateText(falsePositives) },
  { heading: "bias", value: ({ bias }) => rangeText(bias?.mean, bias) },
  { heading: "covered", value: ({ coverage }) => rateText(coverage) },
];

const ALGORITHMS: readonly Column<EstimatorFacts>[] = [
  { heading: "algorithm", value: ({ algorithm }) => algorithm },
  ...CELLS,
];

const GROUPS: readonly Column<EstimatorGroup>[] = [
  { heading: "by", value: ({ by }) => by },
  { heading: "group", value: ({ group }) => group },
  { heading: "cases", value: ({ cases }) => cases },
  { heading: "algorithm", value: ({ algorithm }) => algorithm },
  ...CELLS,
];

/** What the columns are. */
const LEGEND = [
  "found: edges of the truth among the best ranked ones, as many as it has; falsely: edges outside of it.",
  "shown: edges whose interval of the estimated effect excludes 0, by resampling runs.",
  "bias: (estimate − exact effect) / largest effect of the case. covered: exact effects within the interval.",
  "In brackets: 95 % (Clopper–Pearson for shares of edges; of bias by resampling cases).",
] as const;

/** The groups in their order: depth, width, variable. */
const sorted = (groups: readonly EstimatorGroup[]) =>
  [...groups].sort((a, b) => compare(a.by, b.by) || compare(a.group, b.group));

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A study for people. Ends with a newline. */
export function studyText(document: PrintedStudy, style: Style): string {
  const { algorithms, groups, folder } = document;
  return [
    `${style.bold(`Algorithms as estimators on ${casesText(document)}, models ${document.model}`)}\n${countsText(document)}\n`,
    formatTable(ALGORITHMS, algorithms, style),
    `${LEGEND.map((line) => `${style.dim(line)}\n`).join("")}`,
    formatTable(
      GROUPS.filter(({ heading }) => !["shown", "shown falsely"].includes(heading)),
      sorted(groups),
      style,
    ),
    ...missingText(document).map((line) => `${line}\n`),
    formatFacts([["folder", folder]], style),
  ].join("\n");
}

/** A study as a page of Markdown. */
export function studyMarkdown(document: StudyDocument): string {
  const { model, algorithms, groups } = document;
  return [
    `# Algorithms as estimators: ${casesText(document)}, models ${model}\n`,
    `${countsText(document)}\n`,
    markdownTable({ columns: ALGORITHMS, rows: algorithms }),
    `${LEGEND.map((line) => `- ${line}\n`).join("")}`,
    "## By depth, width and variable\n",
    markdownTable({ columns: GROUPS, rows: sorted(groups) }),
    ...missingText(document).map((line) => `${line}\n`),
  ].join("\n");
}

const casesText = ({ cases }: Pick<StudyDocument, "cases">) =>
  `${cases.length} ${cases.length === 1 ? "case" : "cases"}`;

function countsText({ edges, seeds, dataSize, reference }: StudyDocument): string {
  return `${edges.effective} edges of the truth with an effect (of ${edges.truth}), ${edges.outside} outside; ${seeds} runs of each algorithm on ${dataSize} pairs of inputs; exact effects from ${reference.runs} runs on up to ${reference.dataSize}.`;
}

/** Which runs are missing, each reason once. */
function missingText({ missing }: StudyDocument): string[] {
  const reasons = new Map<string, Set<string>>();
  for (const { algorithm, case: id, reason } of missing) {
    const key = `${algorithm ?? "exact effects"}: ${reason}`;
    reasons.set(key, (reasons.get(key) ?? new Set()).add(id));
  }
  return [...reasons].map(([reason, ids]) => `Missing on ${[...ids].join(", ")}: ${reason}`);
}
