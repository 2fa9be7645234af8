import { encodeParquet, formatJson } from "../../formats/index.ts";
import { formatCsv } from "../../report/index.ts";
import type { ArtifactDraft } from "../../store/index.ts";
import type { GroupingFacts } from "../leaderboard/grouping-facts.ts";
import type { LeaderboardRow } from "../leaderboard/ranked-rows.ts";
import { leaderboardMarkdown } from "../texts/leaderboard-markdown.ts";
import { leaderboardTex } from "../texts/leaderboard-tex.ts";
import type { LeaderboardDocument } from "./leaderboard-document.ts";
import { leaderboardFigures } from "./leaderboard-figures.ts";

/** One row per run, as tables of programs have them, with what is known of its case. */
function columnsOf({ protocol, model, cases }: LeaderboardDocument) {
  const factsOf = new Map(cases.map((facts) => [facts.case, facts]));
  const fact = (heading: string, name: keyof GroupingFacts) => ({
    heading,
    value: (row: LeaderboardRow) => factsOf.get(row.case)?.[name],
  });
  return [
    { heading: "protocol", value: () => protocol },
    { heading: "model", value: () => model },
    { heading: "case", value: (row: LeaderboardRow) => row.case },
    { heading: "algorithm", value: (row: LeaderboardRow) => row.algorithm },
    { heading: "seed", value: (row: LeaderboardRow) => row.seed },
    { heading: "auroc_edges", value: (row: LeaderboardRow) => row.auroc?.edges },
    { heading: "auroc_nodes", value: (row: LeaderboardRow) => row.auroc?.nodes },
    {
      heading: "average_precision_edges",
      value: (row: LeaderboardRow) => row.averagePrecision?.edges,
    },
    {
      heading: "average_precision_nodes",
      value: (row: LeaderboardRow) => row.averagePrecision?.nodes,
    },
    { heading: "auroc_merged", value: (row: LeaderboardRow) => row.auroc?.merged },
    { heading: "cpr", value: (row: LeaderboardRow) => row.faithfulness?.cpr },
    { heading: "cmd", value: (row: LeaderboardRow) => row.faithfulness?.cmd },
    { heading: "acc_auc", value: (row: LeaderboardRow) => row.faithfulness?.accAuc },
    { heading: "reason", value: (row: LeaderboardRow) => row.reason },
    fact("layers", "layers"),
    fact("width", "width"),
    fact("true_heads", "trueHeads"),
    fact("true_edges", "trueEdges"),
    fact("silent_edges", "silentEdges"),
    fact("leak", "leak"),
  ];
}

/** Writes what a leaderboard is for people and programs, beside its document. */
export async function writeLeaderboard(
  draft: ArtifactDraft,
  document: LeaderboardDocument,
): Promise<void> {
  const columns = columnsOf(document);
  const parquet = await encodeParquet(
    columns.map(({ heading, value }) => ({
      name: heading,
      values: document.rows.map((row) => value(row) ?? null),
    })),
  );
  draft.write("leaderboard.md", leaderboardMarkdown(document));
  draft.write("leaderboard.tex", leaderboardTex(document));
  draft.write("leaderboard.csv", formatCsv(columns, document.rows));
  draft.write("leaderboard.parquet", parquet);
  for (const { name, svg, spec } of leaderboardFigures(document)) {
    draft.write(`${name}.svg`, svg);
    draft.write(`${name}.vl.json`, formatJson(spec));
  }
}
