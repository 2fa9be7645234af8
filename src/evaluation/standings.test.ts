import { describe, expect, it } from "vitest";
import { Key } from "../rng/index.ts";
import { type ScoredRun, standingsOf } from "./standings.ts";

const key = Key.fromSeed(1);

/** Runs of a table, `[case, algorithm, seed]`; null is a run without a number. */
const runsOf = (table: Readonly<Record<string, Readonly<Record<string, (number | null)[]>>>>) =>
  Object.entries(table).flatMap(([id, row]) =>
    Object.entries(row).flatMap(([algorithm, values]) =>
      values.map(
        (value, seed): ScoredRun => ({ case: id, algorithm, seed, value: value ?? undefined }),
      ),
    ),
  );

describe("standings", () => {
  const { cells, summary, comparisons, ranks } = standingsOf(
    runsOf({
      "3": { b: [0.5, 0.7], a: [1, 1], none: [null, null] },
      "4": { b: [0.4, null], a: [0.9, 0.7], none: [null, null] },
      "7": { b: [null, null], a: [0.2, 0.2], none: [null, null] },
    }),
    key,
  );

  it("have a cell for every case and algorithm: the mean over seeds that have a number", () => {
    expect(cells).toHaveLength(9);
    expect(cells[0]).toEqual({
      case: "3",
      algorithm: "b",
      seeds: 2,
      mean: 0.6,
      least: 0.5,
      largest: 0.7,
    });
    expect(cells[2]).toMatchObject({ algorithm: "none", seeds: 0, mean: undefined });
    expect(cells[3]).toMatchObject({ case: "4", algorithm: "b", seeds: 1, mean: 0.4 });
  });

  it("sum algorithms up over the cases on which they have a number, the best first", () => {
    expect(summary.map(({ algorithm, cases }) => [algorithm, cases])).toEqual([
      ["a", 3],
      ["b", 2],
      ["none", 0],
    ]);
    const [a, b, none] = summary;
    expect(a!.mean).toBeCloseTo(2 / 3, 12);
    expect(a!.median).toBe(0.8);
    expect(b!.quartiles).toEqual([0.45, 0.55]);
    expect(a!.interval!.low).toBeGreaterThanOrEqual(0.2);
    expect(none).toMatchObject({ mean: undefined, interval: undefined });
  });

  it("compare every two on the cases that both have", () => {
    expect(comparisons).toHaveLength(1);
    expect(comparisons[0]).toMatchObject({
      first: "a",
      second: "b",
      cases: 2,
      p: 0.5,
      corrected: 0.5,
    });
    expect(comparisons[0]!.difference).toBeCloseTo(0.4, 12);
    expect(comparisons[0]!.effectSize).toBe(1);
  });

  it("rank those that have numbers, on the cases that all of them have", () => {
    expect(ranks).toMatchObject({ algorithms: ["a", "b"], items: 2, ranks: [1, 2] });
  });

  it("take no rounding of means over seeds for a difference", () => {
    const row = { a: [0.1, 0.2, 0.3], b: [0.3, 0.2, 0.1] };
    const alike = standingsOf(runsOf({ "3": row, "4": row }), key);
    expect(alike.cells[0]!.mean).not.toBe(alike.cells[1]!.mean);
    expect(alike.ranks).toMatchObject({ ranks: [1.5, 1.5], p: 1 });
    expect(alike.comparisons[0]).toMatchObject({ p: 1, effectSize: 0.5 });
  });

  it("say nothing of one case, or of nothing", () => {
    const one = standingsOf(runsOf({ "3": { a: [0.5], b: [0.6] } }), key);
    expect(one.ranks).toBeUndefined();
    expect(one.summary[0]).toMatchObject({ algorithm: "b", mean: 0.6, interval: undefined });
    expect(standingsOf([], key)).toEqual({
      cells: [],
      summary: [],
      comparisons: [],
      ranks: undefined,
    });
  });
});
