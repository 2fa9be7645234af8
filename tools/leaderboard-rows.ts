import { readFileSync } from "node:fs";
import { parquetReadObjects } from "hyparquet";
import type { GroupingFacts } from "../src/jobs/leaderboard/grouping-facts.ts";
import type { LeaderboardRow } from "../src/jobs/leaderboard/ranked-rows.ts";

/** The runs of the leaderboard in the documentation. */
const LEADERBOARD_ROWS = new URL("../docs/leaderboard.parquet", import.meta.url);

/** A leaderboard as it was written for programs. */
export interface WrittenLeaderboard {
  readonly protocol: string;
  readonly model: string;
  readonly rows: readonly LeaderboardRow[];
  /** What is known of the cases, where it was written. */
  readonly cases: readonly GroupingFacts[];
}

type Written = Readonly<Record<string, string | number | bigint | undefined>>;

/** Reads `leaderboard.parquet`. */
export async function readLeaderboardRows(
  path: URL = LEADERBOARD_ROWS,
): Promise<WrittenLeaderboard> {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const written = (await parquetReadObjects({ file: file as ArrayBuffer })) as Written[];
  const first = written[0]!;
  const known = written.filter(({ layers }) => layers != null);
  const cases = new Map(known.map((row) => [String(row.case), factsOf(row)]));
  return {
    protocol: String(first.protocol),
    model: String(first.model),
    rows: written.map(rowOf),
    cases: [...cases.values()],
  };
}

const numberOf = (x: Written[string]) => (x == null ? undefined : Number(x));

function rowOf(row: Written): LeaderboardRow {
  const of = (measure: string) => ({
    edges: numberOf(row[`${measure}_edges`]),
    nodes: numberOf(row[`${measure}_nodes`]),
  });
  return {
    case: String(row.case),
    algorithm: String(row.algorithm),
    seed: Number(row.seed),
    auroc: { ...of("auroc"), merged: numberOf(row.auroc_merged) },
    averagePrecision: of("average_precision"),
    ...(row.reason == null ? {} : { reason: String(row.reason) }),
  };
}

function factsOf(row: Written): GroupingFacts {
  const known = {
    width: numberOf(row.width),
    trueHeads: numberOf(row.true_heads),
    trueEdges: numberOf(row.true_edges),
    silentEdges: numberOf(row.silent_edges),
    leak: numberOf(row.leak),
  };
  const defined = Object.entries(known).filter(([, value]) => value !== undefined);
  return {
    case: String(row.case),
    layers: Number(row.layers),
    ...Object.fromEntries(defined),
  };
}
