import { describe, expect, it } from "vitest";
import type { AcdcSteps } from "../../engine/methods/acdc-steps.ts";
import { momentOf } from "./walk.ts";

const step = (edge: string, change: number, isRemoved: boolean) => ({ edge, change, isRemoved });

/** Two inputs of one head, of which the value matters; an edge that is kept in vain, and one that is not true. */
const walk: AcdcSteps = {
  threshold: 0.1,
  steps: [
    step("v", 0.5, false),
    step("q", 0.02, true),
    step("vain", 0.3, false),
    step("only", 0.04, true),
  ],
  faithfulness: 0.06,
  evaluations: 4,
};
const truth = {
  headEdgeOf: new Map([
    ["v", "head"],
    ["q", "head"],
  ]),
  edges: new Set(["head", "only"]),
};
const marksAt = (done: number) => {
  const { markOf } = momentOf(walk, done, truth);
  return ["v", "q", "vain", "only"].map((edge) => markOf(edge));
};

describe("a walk of ACDC", () => {
  it("judges an edge when it gets there", () => {
    expect(marksAt(0)).toEqual(["outside", "outside", "outside", "outside"]);
    expect(marksAt(2)).toEqual(["truePositive", undefined, "outside", "outside"]);
    expect(marksAt(4)).toEqual(["truePositive", undefined, "falsePositive", "falseNegative"]);
  });

  it("counts, and adds up the loss to that of the circuit", () => {
    expect(momentOf(walk, 2, truth)).toMatchObject({ kept: 1, removed: 1, open: 2, loss: 0.02 });
    expect(momentOf(walk, 4, truth).loss).toBeCloseTo(walk.faithfulness, 12);
  });

  it("says only what is in and what is gone where nobody knows the truth", () => {
    const { markOf } = momentOf(walk, 4, { ...truth, edges: undefined });
    expect(["v", "q", "only"].map((edge) => markOf(edge))).toEqual([
      "inside",
      undefined,
      undefined,
    ]);
  });
});
