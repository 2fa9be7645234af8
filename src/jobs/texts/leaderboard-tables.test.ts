import { describe, expect, it } from "vitest";
import { rankRows } from "../leaderboard/ranked-rows.ts";
import type { LeaderboardDocument } from "../plans/leaderboard-document.ts";
import { faithfulnessTable, summaryTable } from "./leaderboard-tables.ts";

/** Three runs of a case and one of another; the last has neither a precision nor a curve. */
const rows = [
  { case: "3", seed: 1, value: 0.1 },
  { case: "3", seed: 2, value: 0.2 },
  { case: "3", seed: 3, value: 0.3 },
  { case: "4", seed: 1, value: 0.8 },
  { case: "7", seed: 1, value: undefined },
].map(({ value, ...run }) => ({
  ...run,
  algorithm: "eap",
  auroc: { edges: value, nodes: value, merged: value },
  ...(value === undefined
    ? {}
    : {
        averagePrecision: { edges: value, nodes: value },
        faithfulness: { cpr: value, cmd: value, accAuc: value },
      }),
}));

describe("tables of a leaderboard", () => {
  it("have means over cases, however many runs these have", () => {
    const document = rankRows(rows, []) as unknown as LeaderboardDocument;
    // (0.2 + 0.8) / 2, and not 1.4 / 4.
    expect(summaryTable(document).rows).toMatchObject([{ cases: 2, mean: 0.5, AP: 0.5 }]);
    expect(faithfulnessTable(document)!.rows).toEqual([
      {
        algorithm: "eap",
        "AUROC, q/k/v merged": 0.5,
        "CPR, signed": 0.5,
        "CMD, by size": 0.5,
        "acc-AUC": 0.5,
      },
    ]);
  });
});
