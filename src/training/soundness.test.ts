import { describe, expect, it } from "vitest";
import { formatError } from "../errors/index.ts";
import { parseRecipe } from "./recipe.ts";
import { assertSound } from "./soundness.ts";
import { type EpochRecord, initialState, type TrainingState } from "./state.ts";

const record = (epoch: number, steps: number): EpochRecord => ({
  epoch,
  steps,
  learningRate: 0.01,
  trainLosses: { iit: 1, strict: 1, behavior: 1 },
  validation: {
    accuracy: 0.5,
    iia: 0.5,
    iitLoss: 1,
    strictAccuracy: 0.5,
    jointStrictAccuracy: 0.5,
  },
});

const start = initialState(parseRecipe(), Float32Array.of(0.5, -0.5));
const state = (changes: Partial<TrainingState>): TrainingState => ({
  ...start,
  epoch: 2,
  step: 25,
  history: [record(1, 10), record(2, 20)],
  ...changes,
});

const problemOf = (changes: Partial<TrainingState>): string => {
  try {
    assertSound(state(changes));
    return "sound";
  } catch (error) {
    return formatError(error);
  }
};

describe("a stored state of training", () => {
  it("is sound at the start, after an epoch, and within one", () => {
    expect(() => assertSound(start)).not.toThrow();
    expect(problemOf({})).toBe("sound");
    expect(problemOf({ epoch: 1 })).toBe("sound");
  });

  it.each([
    ["weights[1] — NaN", { weights: Float32Array.of(0, Number.NaN) }],
    ["firstMoment[0]", { firstMoment: Float32Array.of(Number.POSITIVE_INFINITY, 0) }],
    ["secondMoment[1]", { secondMoment: Float32Array.of(0, -1e-9) }],
    ["history", { history: [record(2, 20), record(1, 30)] }],
    ["history", { history: [record(1, 20), record(2, 10)] }],
    ["history", { step: 15 }],
    ["history", { epoch: 0 }],
  ])("is not with wrong %s", (where, changes) => {
    const [place, value = ""] = where.split(" — ");
    expect(problemOf(changes)).toMatch(
      /^E_STATE: the stored state cannot be one of a training run/,
    );
    expect(problemOf(changes)).toContain(`(at ${place}) — received ${value}`);
  });
});
