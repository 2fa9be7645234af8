import { formatNumber, UNDEFINED_TEXT } from "../../report/index.ts";
import type { LeaderboardDocument } from "../plans/leaderboard-document.ts";
import { caseTable, type LeaderboardTable, pairTable, summaryTable } from "./leaderboard-tables.ts";

/** A leaderboard as tables of LaTeX (booktabs), to be taken into a paper with `\input`. */
export function leaderboardTex(document: LeaderboardDocument): string {
  const { model, protocol, measure } = document;
  const about = `Models ${model}, protocol ${protocol}.`;
  return [
    texTable(summaryTable(document), `${about} ${measure}; over cases, of means over seeds.`),
    texTable(caseTable(document), `${about} ${measure}; means over seeds.`),
    texTable(
      pairTable(document),
      `${about} Wilcoxon's signed-rank test; Vargha--Delaney effect size.`,
    ),
  ].join("\n");
}

const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  Â: "\\^{A}",
  "…": "--",
  "–": "--",
};

/** Text as LaTeX prints it, in any engine. */
const escaped = (text: string) =>
  text.replace(/[\\~^Â…–]|[&%$#_{}]/g, (letter) => SPECIAL[letter] ?? `\\${letter}`);

function texTable({ columns, rows }: LeaderboardTable, caption: string): string {
  const line = (cells: readonly string[]) => `${cells.map(escaped).join(" & ")} \\\\`;
  const body = rows.map((row) =>
    line(
      columns.map(({ value }) => {
        const cell = value(row);
        return typeof cell === "number" ? formatNumber(cell) : String(cell ?? UNDEFINED_TEXT);
      }),
    ),
  );
  return [
    "\\begin{table}",
    "\\centering",
    `\\caption{${escaped(caption)}}`,
    `\\begin{tabular}{l${"r".repeat(columns.length - 1)}}`,
    "\\toprule",
    line(columns.map(({ heading }) => heading)),
    "\\midrule",
    ...body,
    "\\bottomrule",
    "\\end{tabular}",
    "\\end{table}",
    "",
  ].join("\n");
}
