import type { LeaderboardDocument } from "../plans/leaderboard-document.ts";
import {
  caseTable,
  differenceTexts,
  faithfulnessTable,
  groupTable,
  missingCells,
  pairTable,
  publishedTable,
  ranksText,
  summaryTable,
} from "./leaderboard-tables.ts";
import { escaped, markdownTable } from "./markdown-table.ts";

/** A leaderboard as a page of Markdown. */
export function leaderboardMarkdown(document: LeaderboardDocument): string {
  const { protocol, model, measure, rows, dataSize } = document;
  const seeds = new Set(rows.map(({ seed }) => seed)).size;
  const published = publishedTable(document);
  const differences = differenceTexts(document);
  const ranks = ranksText(document);
  const faithfulness = faithfulnessTable(document);
  const groups = groupTable(document);
  const missing = missingCells(document).map(
    ({ reason, algorithms, cases }) =>
      `- ${algorithms.join(", ")} on ${cases.join(", ")}: ${escaped(reason)}\n`,
  );
  return [
    `# Leaderboard: models ${model}, protocol ${protocol}\n`,
    `${measure}. Means over ${seeds} seed${seeds === 1 ? "" : "s"}, at most ${dataSize} pairs of inputs.\n`,
    markdownTable(summaryTable(document)),
    ...(faithfulness === undefined ? [] : [markdownTable(faithfulness)]),
    ...(ranks === undefined ? [] : [`${ranks}\n`]),
    ...(groups === undefined ? [] : ["## By kind of case\n", markdownTable(groups)]),
    "## By case\n",
    markdownTable(caseTable(document)),
    ...(missing.length === 0 ? [] : ["Without a number:\n", missing.join("")]),
    ...(published === undefined
      ? []
      : [
          `## Beside what is published\n\nIn brackets: ${document.published?.source}.\n`,
          markdownTable(published),
          "Where and why they differ:\n",
          (differences ?? []).map((one) => `- ${one.case}: ${escaped(one.text)}.\n`).join(""),
        ]),
    "## Pairs\n",
    "The mean of the differences, first minus second; Wilcoxon's signed-rank test, exact, without and with Holm's correction for all pairs; the effect size of Vargha and Delaney.\n",
    markdownTable(pairTable(document)),
  ].join("\n");
}
