import type { HeatMap } from "./heat-map.ts";

/** What of a leaderboard a heat map shows. */
export interface MappedLeaderboard {
  /** What the models are called. */
  readonly model: string;
  readonly protocol: string;
  /** What the numbers are. */
  readonly measure: string;
  /** Of every case and algorithm: its mean over seeds, or why there is none. */
  readonly cells: readonly {
    readonly case: string;
    readonly algorithm: string;
    readonly mean?: number | null | undefined;
    readonly reason?: string | null | undefined;
  }[];
  readonly summary: readonly { readonly algorithm: string }[];
}

/** Cases by algorithms: cases in the order of the cells, algorithms in that of the summary. */
export function leaderboardMap({
  model,
  protocol,
  measure,
  cells,
  summary,
}: MappedLeaderboard): HeatMap {
  const cases = [...new Set(cells.map((cell) => cell.case))];
  const algorithms = summary.map(({ algorithm }) => algorithm);
  const nameOf = (id: string, algorithm: string) => `${id}\n${algorithm}`;
  const byName = new Map(cells.map((cell) => [nameOf(cell.case, cell.algorithm), cell]));
  return {
    title: `Models ${model}, protocol ${protocol}`,
    axis: measure,
    rows: cases,
    columns: algorithms,
    cells: cases.map((id) =>
      algorithms.map((algorithm) => {
        const cell = byName.get(nameOf(id, algorithm));
        return { value: cell?.mean, note: cell?.reason ?? undefined };
      }),
    ),
  };
}
