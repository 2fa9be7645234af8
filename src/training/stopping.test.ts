import { describe, expect, it } from "vitest";
import { FAST_RECIPE, NATURAL_RECIPE } from "./presets.ts";
import { parseRecipe } from "./recipe.ts";
import {
  bestOf,
  countingAccuracies,
  hasReached,
  hasStalled,
  missedAccuracies,
} from "./stopping.ts";
import type { ValidationMetrics } from "./validation.ts";

const metrics = (
  accuracy: number,
  iia: number | undefined,
  strictAccuracy: number | undefined,
  jointStrictAccuracy: number | undefined = strictAccuracy,
): ValidationMetrics => ({ accuracy, iia, strictAccuracy, jointStrictAccuracy, iitLoss: 0 });

describe("the aim of a run", () => {
  const recipe = parseRecipe({});

  it("is reached when every accuracy is at the threshold", () => {
    expect(hasReached(recipe, metrics(0.995, 0.995, 0.995))).toBe(true);
    expect(hasReached(recipe, metrics(1, 0.994, 1))).toBe(false);
    expect(hasReached(recipe, metrics(1, 1, 0.994))).toBe(false);
    expect(hasReached(parseRecipe({ earlyStop: false }), metrics(1, 1, 1))).toBe(false);
  });

  it("leaves out accuracies without a weight, and those that are not defined", () => {
    expect(hasReached(parseRecipe({ strictWeight: 0 }), metrics(1, 1, 0))).toBe(true);
    expect(hasReached(parseRecipe({ iitWeight: 0 }), metrics(1, 0, 1))).toBe(true);
    expect(hasReached(recipe, metrics(1, 1, undefined))).toBe(true);
  });

  it("is joint strict accuracy, too, where the recipe says so", () => {
    const together = metrics(1, 1, 1, 0.6);
    const fast = parseRecipe(FAST_RECIPE);
    expect([recipe, fast].map((one) => hasReached(one, together))).toEqual([true, false]);
    expect(missedAccuracies(fast, together)).toEqual(["jointStrictAccuracy"]);
    expect(hasReached(parseRecipe({ ...FAST_RECIPE, strictWeight: 0 }), together)).toBe(true);
    expect(hasReached(fast, metrics(1, 1, 1, 0.999))).toBe(true);
  });

  it("of natural runs is the threshold too, not exactly 100 %", () => {
    const natural = parseRecipe(NATURAL_RECIPE);
    expect(hasReached(natural, metrics(0.996, 0.1, 0.1))).toBe(true);
    expect(hasReached(natural, metrics(0.994, 1, 1))).toBe(false);
  });

  it("of strict runs is strict accuracy", () => {
    const strict = parseRecipe({ iitWeight: 0, behaviorWeight: 0 });
    expect(hasReached(strict, metrics(0, 0, 1))).toBe(true);
    expect(hasReached(strict, metrics(1, 1, undefined))).toBe(false);
  });

  it("is told by the accuracies that count, and those that are missed", () => {
    const [all, natural] = [recipe, parseRecipe(NATURAL_RECIPE)];
    expect(countingAccuracies(all, metrics(1, 0.9, 0.2))).toEqual([
      "accuracy",
      "iia",
      "strictAccuracy",
    ]);
    expect(countingAccuracies(all, metrics(1, undefined, 0.2))).toEqual([
      "accuracy",
      "strictAccuracy",
    ]);
    expect(countingAccuracies(natural, metrics(1, 1, 1))).toEqual(["accuracy"]);
    expect(missedAccuracies(all, metrics(1, 0.9, 0.2))).toEqual(["iia", "strictAccuracy"]);
    expect(missedAccuracies(natural, metrics(0.996, 0, 0))).toEqual([]);
    expect(missedAccuracies(all, metrics(Number.NaN, 1, 1))).toEqual(["accuracy"]);
  });
});

describe("the best validation", () => {
  const recipe = parseRecipe({});

  it("has the greatest least accuracy, not the greatest sum", () => {
    expect(bestOf(recipe, [])).toBeUndefined();
    expect(bestOf(recipe, [metrics(1, 1, 0.5), metrics(0.6, 0.6, 0.6)])).toBe(1);
    expect(bestOf(recipe, [metrics(0.6, 0.7, 0.6), metrics(0.6, 0.6, 0.6)])).toBe(0);
  });

  it("is the latest where several are alike", () => {
    expect(bestOf(recipe, [metrics(1, 1, 1), metrics(1, 1, 1), metrics(1, 0.9, 1)])).toBe(1);
  });

  it("looks only at accuracies that count", () => {
    const natural = parseRecipe(NATURAL_RECIPE);
    expect(bestOf(natural, [metrics(0.8, 0, 0), metrics(0.7, 1, 1)])).toBe(0);
  });
});

describe("patience", () => {
  const history = [0.1, 0.5, 0.4, 0.5].map((value) => metrics(value, value, value));

  it("ends a run that has not become better for so many epochs", () => {
    expect(hasStalled(parseRecipe({ patience: 2 }), history)).toBe(true);
    expect(hasStalled(parseRecipe({ patience: 3 }), history)).toBe(false);
    expect(hasStalled(parseRecipe({ patience: 1 }), [])).toBe(false);
  });

  it("is endless by default", () => {
    expect(hasStalled(parseRecipe({}), history)).toBe(false);
  });
});
