import { describe, expect, it } from "vitest";
import { Key } from "../rng/index.ts";
import { exactInterval } from "../statistics/index.ts";
import { type StudiedCase, studyOf } from "./estimators.ts";

const parts = new Map([
  ["in->h.q", "in->h"],
  ["in->h.v", "in->h"],
  ["h->m", "h->m"],
  ["in->m", "in->m"],
  ["h->out", "h->out"],
]);

const scores = (...values: readonly number[]) =>
  new Map([...parts.keys()].map((part, i) => [part, values[i]!]));

/** Of three edges of the truth two have an effect: on all of `h`, and on its way to `m`. */
const effects = scores(0, 2, -1, 0, 0);

const runOf = (...values: readonly number[]) => ({
  scores: scores(...values),
  ranking: scores(...values.map(Math.abs)),
});

const studied = (
  runs: StudiedCase["estimates"][number]["runs"],
  { isEstimator = true, id = "1" } = {},
): StudiedCase => ({
  case: id,
  parts,
  truth: new Map([
    ["in->h", "input"],
    ["h->m", "move"],
    ["h->out", "move"],
  ]),
  effects,
  groups: { depth: "2 layers" },
  estimates: [{ algorithm: "one", isEstimator, runs }],
});

const key = Key.fromSeed(1);
const study = (...cases: readonly StudiedCase[]) => studyOf(cases, key);
const rate = (count: number, total: number) => ({
  count,
  total,
  rate: count / total,
  ...exactInterval(count, total),
});

describe("algorithms as estimators", () => {
  it("find what is there where they say what is so", () => {
    const exact = runOf(0, 2, -1, 0, 0);
    const found = study(studied([exact, exact]));
    expect(found.edges).toEqual({ truth: 3, effective: 2, outside: 1 });
    expect(found.algorithms).toEqual([
      {
        algorithm: "one",
        cases: 1,
        power: rate(2, 2),
        falsePositives: rate(0, 1),
        powerAtSize: rate(2, 2),
        falsePositivesAtSize: rate(0, 1),
        bias: { mean: 0, low: 0, high: 0 },
        coverage: rate(2, 2),
      },
    ]);
  });

  it("are biased by the mean of their errors, in shares of the largest effect of the case", () => {
    const half = runOf(0, 1, -0.5, 0, 0);
    const [one] = study(studied([half, half])).algorithms;
    expect(one!.bias!.mean).toBeCloseTo(((1 - 2) / 2 + (-0.5 + 1) / 2) / 2, 12);
    expect(one!.coverage).toEqual(rate(0, 2));
    const more = study(studied([half, half]), studied([runOf(0, 2, -1, 0, 0)], { id: "2" }));
    expect(more.algorithms[0]!.bias).toEqual({ mean: -0.0625, low: -0.125, high: 0 });
  });

  it("find what chance finds where they tell nothing apart, wherever the truth lies", () => {
    const names = Array.from({ length: 8 }, (_, i) => `e${i}`);
    const constant = new Map(names.map((name) => [name, 1]));
    const found = (truth: readonly string[]) => {
      const cases = Array.from({ length: 400 }, (_, i) => ({
        case: `case ${i}`,
        parts: new Map(names.map((name) => [name, name])),
        truth: new Map(truth.map((name) => [name, "input"])),
        effects: new Map(names.map((name) => [name, truth.includes(name) ? 1 : 0])),
        groups: {},
        estimates: [
          {
            algorithm: "one",
            isEstimator: false,
            runs: [{ scores: constant, ranking: constant }],
          },
        ],
      }));
      return study(...cases).algorithms[0]!.powerAtSize!;
    };
    // 2 of 8 are drawn: a quarter of 800, give or take 12.
    for (const truth of [
      ["e0", "e1"],
      ["e6", "e7"],
    ]) {
      expect(found(truth).count).toBeGreaterThan(150);
      expect(found(truth).count).toBeLessThan(250);
    }
  });

  it("cover what lies within the interval of their mean over runs, and show what that keeps from 0", () => {
    const [low, high] = [runOf(0, 1, -2, 0.1, 0), runOf(0, 3, 1, 0.1, 0)];
    const [one] = study(studied([low, high, low, high])).algorithms;
    // in->h: from 1 to 3, so 2 is covered; h->m: from −2 to 1, which holds −1 and 0.
    expect(one!.coverage).toEqual(rate(2, 2));
    expect(one!.power).toEqual(rate(1, 2));
    expect(one!.falsePositives).toEqual(rate(1, 1));
  });

  it("have no effects to be judged by if their scores are none, but a ranking", () => {
    const wrong = runOf(0, 0, 0.2, 0.9, 0);
    const [one] = study(studied([wrong, wrong], { isEstimator: false })).algorithms;
    expect(one).toEqual({
      algorithm: "one",
      cases: 1,
      power: undefined,
      falsePositives: undefined,
      powerAtSize: rate(1, 2),
      falsePositivesAtSize: rate(1, 1),
      bias: undefined,
      coverage: undefined,
    });
  });

  it("are told apart by what a case is, and true edges by what their source holds", () => {
    const exact = runOf(0, 2, 0, 0, 0);
    const { groups } = study(studied([exact, exact]));
    expect(groups.map(({ by, group, powerAtSize }) => [by, group, powerAtSize?.total])).toEqual([
      ["depth", "2 layers", 2],
      ["variable", "input", 1],
      ["variable", "move", 1],
    ]);
    const move = groups.find(({ group }) => group === "move")!;
    expect([move.power, move.falsePositives]).toEqual([rate(0, 1), undefined]);
  });

  it("count no rounding as an effect", () => {
    const noisy = runOf(1e-9, 2, -1, 1e-9, 1e-9);
    const [one] = study(studied([noisy, noisy])).algorithms;
    expect(one!.falsePositives).toEqual(rate(0, 1));
  });

  it("are nothing where there are no cases", () => {
    expect(study()).toEqual({
      algorithms: [],
      groups: [],
      edges: { truth: 0, effective: 0, outside: 0 },
    });
  });
});
