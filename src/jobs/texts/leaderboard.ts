import { formatFacts, formatTable, type Style } from "../../report/index.ts";
import type { LeaderboardDocument } from "../plans/leaderboard-document.ts";
import {
  caseTable,
  differenceTexts,
  faithfulnessTable,
  missingCells,
  publishedTable,
  ranksText,
  summaryTable,
} from "./leaderboard-tables.ts";

/** A leaderboard as it is printed. */
export type PrintedLeaderboard = LeaderboardDocument & { readonly folder: string };

/** More algorithms than this make a table too wide for a terminal. */
const MOST_COLUMNS = 9;

/** A leaderboard for people: who is best, case by case where that fits, and what is missing. */
export function leaderboardText(document: PrintedLeaderboard, style: Style): string {
  const { measure, summary, folder, model, protocol } = document;
  const table = ({ columns, rows }: ReturnType<typeof caseTable>) =>
    formatTable(columns, rows, style);
  const published = publishedTable(document);
  const differences = differenceTexts(document);
  const ranks = ranksText(document);
  const faithfulness = faithfulnessTable(document);
  const missing = missingCells(document).map(
    ({ reason, algorithms, cases }) =>
      `  ${algorithms.join(", ")} on ${cases.join(", ")}: ${reason}`,
  );
  return [
    `${style.bold(`Leaderboard of the models ${model}, protocol ${protocol}`)}\n${measure}\n`,
    table(summaryTable(document)),
    ...(faithfulness === undefined ? [] : [table(faithfulness)]),
    ...(published === undefined
      ? []
      : [`In brackets: ${document.published?.source}.\n\n${table(published)}`]),
    ...(differences === undefined
      ? []
      : [
          `Where and why they differ:\n${differences.map((one) => `  ${one.case}: ${one.text}.\n`).join("")}`,
        ]),
    ...(published !== undefined || summary.length > MOST_COLUMNS
      ? []
      : [table(caseTable(document))]),
    ...(ranks === undefined ? [] : [`${ranks}\n`]),
    ...(missing.length === 0 ? [] : [`Without a number:\n${missing.join("\n")}\n`]),
    formatFacts([["folder", folder]], style),
  ].join("\n");
}
