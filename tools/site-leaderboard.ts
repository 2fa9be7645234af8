import { readFileSync } from "node:fs";
import { parquetReadObjects } from "hyparquet";
import { protocolOf } from "../src/jobs/leaderboard/protocols.ts";

const ROWS = new URL("../docs/leaderboard.parquet", import.meta.url);

/** The leaderboard of the documentation as a page reads leaderboards: its runs, and what their numbers are. */
export async function siteLeaderboard(path: URL = ROWS) {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const written = await parquetReadObjects({ file: file as ArrayBuffer });
  const protocol = String(written[0]!.protocol);
  return {
    protocol,
    model: String(written[0]!.model),
    measure: protocolOf(protocol).measure,
    rows: written.map((row) => ({
      case: row.case,
      algorithm: row.algorithm,
      seed: Number(row.seed),
      auroc: { edges: row.auroc_edges, nodes: row.auroc_nodes, merged: row.auroc_merged },
      averagePrecision: { edges: row.average_precision_edges, nodes: row.average_precision_nodes },
      reason: row.reason,
    })),
  };
}
