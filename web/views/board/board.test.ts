import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { siteLeaderboard } from "../../../tools/site-leaderboard.ts";
import { standings } from "../../engine/methods/standings.ts";
import { boardCommand, runCommand } from "./command.ts";
import { readBoard } from "./document.ts";
import { filtered, ordered } from "./order.ts";

const run = (id: string, algorithm: string, edges: number | null, more = {}) => ({
  case: id,
  algorithm,
  seed: 7,
  auroc: { edges, nodes: 1, merged: edges },
  averagePrecision: { edges: 0.5, nodes: 1 },
  ...more,
});

const document = {
  protocol: "default",
  model: "zoo",
  measure: "AUROC of edges",
  dataSize: 1000,
  rows: [
    run("2", "eap", 0.9),
    run("2", "slow", null, { auroc: undefined, code: "E_TASK", reason: "no classes" }),
    run("10", "eap", 0.4),
    run("10", "slow", 0.8),
  ],
  groups: [{ grouping: "size", name: "large", cases: ["10"] }],
  provenance: {
    parents: ["run-eap/2/aa", "run-eap/10/bb", "score/10/cc", "run-slow/10/dd"],
    config: {
      contestants: [
        { name: "eap", algorithm: "eap", params: {} },
        { name: "slow", algorithm: "eap", params: { integratedGradSteps: 10, prune: true } },
      ],
    },
  },
};

describe("the document of a leaderboard", () => {
  it("leads from a run to its result and its command line, past runs that failed", () => {
    const board = readBoard(document);
    expect(board.runs.map(({ result }) => result)).toEqual([
      "run-eap/2/aa",
      undefined,
      "run-eap/10/bb",
      "run-slow/10/dd",
    ]);
    expect(runCommand(board, board.runs[3]!)).toBe(
      "run eap -i 10 --model zoo --integrated-grad-steps 10 --prune --scores-only --data-size 1000 --seed 7",
    );
    expect(boardCommand(board)).toBe(
      "leaderboard -i 2,10 --algorithms eap,slow --protocol default --models zoo --seeds 1 --seed 7 --data-size 1000",
    );
    expect(board.runs[1]).toMatchObject({ value: undefined, reason: "no classes" });
  });

  it("is read as far as it is one", () => {
    const odd = readBoard({ protocol: "p", rows: [null, { case: 3, auroc: { edges: "1" } }] });
    expect(odd.runs).toHaveLength(1);
    expect(odd.runs[0]).toMatchObject({ case: "3", value: undefined, result: undefined });
    expect(odd.dataSize).toBeUndefined();
  });
});

describe("the rows of the leaderboard of the documentation", () => {
  it("are read by the columns that are known, whatever others there are", async () => {
    const column = (name: string, ...data: unknown[]) => ({ name, data });
    const bytes = parquetWriteBuffer({
      columnData: [
        column("leak", 0.25, 0.5),
        column("protocol", "default", "default"),
        column("model", "zoo", "zoo"),
        column("case", "3", "3"),
        column("layers", 2n, 2n),
        column("algorithm", "acdc", "eap"),
        column("seed", 1n, 1n),
        column("auroc_edges", 0.75, null),
        column("auroc_nodes", 1, null),
        column("auroc_merged", 0.75, null),
        column("average_precision_edges", 0.5, null),
        column("average_precision_nodes", 1, null),
        column("reason", null, "no classes"),
      ] as Parameters<typeof parquetWriteBuffer>[0]["columnData"],
    });
    const folder = mkdtempSync(join(tmpdir(), "board-"));
    try {
      const file = join(folder, "rows.parquet");
      writeFileSync(file, new Uint8Array(bytes));
      const { runs } = readBoard(await siteLeaderboard(pathToFileURL(file)));
      expect(runs.map(({ case: id, algorithm, value }) => [id, algorithm, value])).toEqual([
        ["3", "acdc", 0.75],
        ["3", "eap", undefined],
      ]);
      expect(runs[1]!.reason).toBe("no classes");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("what is shown of a leaderboard", () => {
  const board = readBoard(document);
  const tagsOf = (id: string) => (id === "2" ? ["published"] : []);
  const none = { tag: undefined, group: undefined, query: "" };

  it("is filtered by tags and groups of cases and by names of algorithms", () => {
    const places = (filter: object) =>
      filtered(board, { ...none, ...filter }, tagsOf).map((one) => `${one.case} ${one.algorithm}`);
    expect(places({ tag: "published" })).toEqual(["2 eap", "2 slow"]);
    expect(places({ group: "large" })).toEqual(["10 eap", "10 slow"]);
    expect(places({ query: "SL, nothing" })).toEqual(["2 slow", "10 slow"]);
    expect(places({ group: "gone" })).toHaveLength(4);
  });

  it("finds names with capitals, such as those of algorithms with options, whatever is typed", () => {
    const name = "eap:integratedGradSteps=10";
    const runs = readBoard({ ...document, rows: [run("2", name, 0.9), run("2", "eap", 0.8)] });
    for (const query of ["integratedGradSteps", "GRADSTEPS", "gradsteps"]) {
      const found = filtered(runs, { ...none, query }, tagsOf);
      expect(found.map(({ algorithm }) => algorithm)).toEqual([name]);
    }
  });

  it("is in the order of ids, of means, or of one algorithm, unknown numbers last", () => {
    const facts = standings({ runs: board.runs });
    const casesBy = (order: Parameters<typeof ordered>[1]) => [
      ...new Set(ordered(facts, order, "mean").cells.map((cell) => cell.case)),
    ];
    expect(casesBy("id")).toEqual(["2", "10"]);
    expect(casesBy("mean")).toEqual(["10", "2"]);
    expect(casesBy({ algorithm: "slow" })).toEqual(["10", "2"]);
    expect(facts.summary.map(({ algorithm }) => algorithm)).toEqual(["slow", "eap"]);
    const byName = ordered(facts, "id", "name").summary;
    expect(byName.map(({ algorithm }) => algorithm)).toEqual(["eap", "slow"]);
    expect(facts.caseMeans[0]).toEqual({ case: "2", mean: 0.9 });
    expect(facts.caseMeans[1]!.mean).toBeCloseTo(0.6, 12);
  });
});
