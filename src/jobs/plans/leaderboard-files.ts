import { encodeParquet, formatJson } from "../../formats/index.ts";
import { drawHeatMapSvg, formatCsv, type HeatMap, heatMapSpec } from "../../report/index.ts";
import type { ArtifactDraft } from "../../store/index.ts";
import { leaderboardMarkdown } from "../texts/leaderboard-markdown.ts";
import { leaderboardTex } from "../texts/leaderboard-tex.ts";
import type { LeaderboardDocument, LeaderboardRow } from "./leaderboard-document.ts";

/** One row per run, as tables of programs have them. */
const columnsOf = ({ protocol, model }: LeaderboardDocument) => [
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
  { heading: "reason", value: (row: LeaderboardRow) => row.reason },
];

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
  const map = heatMapOf(document);
  draft.write("leaderboard.md", leaderboardMarkdown(document));
  draft.write("leaderboard.tex", leaderboardTex(document));
  draft.write("leaderboard.csv", formatCsv(columns, document.rows));
  draft.write("leaderboard.parquet", parquet);
  draft.write("heat-map.svg", drawHeatMapSvg(map));
  draft.write("heat-map.vl.json", formatJson(heatMapSpec(map)));
}

/** Cases by algorithms, the best of these first. */
export function heatMapOf({
  cells,
  summary,
  measure,
  model,
  protocol,
}: LeaderboardDocument): HeatMap {
  const cases = [...new Set(cells.map((cell) => cell.case))];
  const algorithms = summary.map(({ algorithm }) => algorithm);
  return {
    title: `Models ${model}, protocol ${protocol}`,
    axis: measure,
    rows: cases,
    columns: algorithms,
    cells: cases.map((id) =>
      algorithms.map((algorithm) => {
        const cell = cells.find((one) => one.case === id && one.algorithm === algorithm);
        return { value: cell?.mean, note: cell?.reason };
      }),
    ),
  };
}
