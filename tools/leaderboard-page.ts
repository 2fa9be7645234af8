import { rankRows } from "../src/jobs/leaderboard/ranked-rows.ts";
import { groupTable, ranksText, summaryTable } from "../src/jobs/texts/leaderboard-tables.ts";
import { markdownTable } from "../src/jobs/texts/markdown-table.ts";
import { readLeaderboardRows } from "./leaderboard-rows.ts";
import { type PagePart, withPart } from "./page-part.ts";

/** The tables that {@link leaderboardPage} makes. */
export const LEADERBOARD_TABLES: PagePart = {
  page: new URL("../docs/leaderboard.md", import.meta.url),
  script: "build:leaderboard",
};

/** The page with the tables of the leaderboard that the package has. */
export async function leaderboardPage(): Promise<string> {
  const { rows, cases } = await readLeaderboardRows();
  const ranked = rankRows(rows, cases);
  const groups = groupTable(ranked);
  const seeds = new Set(rows.map(({ seed }) => seed)).size;
  const without = rows.filter(({ auroc }) => auroc?.edges === undefined).length;
  const text = `${rows.length} runs: ${ranked.summary.length} algorithms, ${cases.length} cases, ${seeds} seeds; ${without} without a number.

${markdownTable(summaryTable(ranked))}
${ranksText(ranked) ?? ""}

${groups === undefined ? "" : markdownTable(groups)}`;
  return withPart(LEADERBOARD_TABLES, text);
}
