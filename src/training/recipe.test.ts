import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { getCase } from "../cases/index.ts";
import { errorOf } from "../errors/error-of.testing.ts";
import {
  baseRecipe,
  changedRecipe,
  FAST_RECIPE,
  fastRecipe,
  fromOriginal,
  NATURAL_RECIPE,
  pairsOfSamples,
} from "./presets.ts";
import { effectiveStrictWeight, parseRecipe, type RecipeInput } from "./recipe.ts";
import { recipeFields } from "./recipe-texts.ts";

const refusalOf = (input: unknown) => errorOf(() => parseRecipe(input as RecipeInput));

describe("a recipe", () => {
  it("has the original's values by default", () => {
    expect(parseRecipe()).toEqual({
      iitWeight: 1,
      behaviorWeight: 1,
      strictWeight: 0.16,
      compat: false,
      sourceGradient: false,
      joint: false,
      edgeExchange: false,
      epochs: 2000,
      batchSize: 256,
      trainPairs: 96_000,
      validationPairs: 24_000,
      validationShare: 0.2,
      learningRate: 1e-3,
      learningRateSchedule: "constant",
      finalLearningRate: 2e-4,
      cycleGrowth: 1,
      warmUpUpdates: 0,
      plateauPatience: 10,
      plateauFactor: 0.1,
      scheduleMetrics: ["accuracy", "iia", "strictAccuracy"],
      goalMetrics: ["accuracy", "iia", "strictAccuracy"],
      beta1: 0.9,
      beta2: 0.9,
      epsilon: 1e-8,
      clipGradNorm: 0.1,
      singleLoss: false,
      siitSampling: "individual",
      valIiaSampling: "random",
      atol: 0.05,
      earlyStop: true,
      earlyStopAccuracy: 99.5,
      settleUpdates: 0,
      initialization: "original",
      seed: 0,
    });
  });

  it("has a pair for each input, as the defaults have for the original's 120,000", () => {
    const { trainPairs, validationPairs, validationShare } = parseRecipe();
    expect(pairsOfSamples(120_000)).toEqual({ trainPairs, validationPairs });
    expect(pairsOfSamples(120_000, validationShare)).toEqual({ trainPairs, validationPairs });
    expect(pairsOfSamples(12, 0.4)).toEqual({ trainPairs: 8, validationPairs: 4 });
    expect(pairsOfSamples(2)).toEqual({ trainPairs: 1, validationPairs: 1 });
  });

  it("squares the strict weight only for compatibility", () => {
    const effective = (input: RecipeInput) => effectiveStrictWeight(parseRecipe(input));
    expect(effective({})).toBe(0.16);
    expect(effective({ compat: true })).toBeCloseTo(0.16, 12);
    expect(effective({ compat: true, strictWeight: 10 })).toBe(100);
    expect(effective(fromOriginal({ strictWeight: 10 }))).toBe(100);
    expect(effective(fromOriginal({}))).toBeCloseTo(0.16, 12);
  });

  it("tells of every field what it means and where its default comes from", () => {
    for (const [name, schema] of Object.entries(recipeFields)) {
      const { description, flag } = z.globalRegistry.get(schema) as {
        description: string;
        flag: { origin: string };
      };
      expect(description, name).toMatch(/^[A-Z].*\.$/);
      expect(flag.origin, name).not.toBe("");
    }
  });

  it("refuses unknown fields, impossible values, and nothing to train", () => {
    expect(refusalOf({ learnignRate: 1 })).toContain('Unrecognized key: "learnignRate"');
    expect(refusalOf({ batchSize: 0 })).toContain("(at batchSize)");
    expect(refusalOf({ siitSampling: "one" })).toContain("(at siitSampling)");
    expect(refusalOf({ seed: "1" })).toBe(
      'E_RECIPE: the recipe is not usable (at seed) — expected number — received "1"',
    );
    expect(refusalOf({ iitWeight: 0, behaviorWeight: 0, strictWeight: 0 })).toBe(
      "E_RECIPE: all weights are 0, so there is nothing to train — expected iitWeight, behaviorWeight or strictWeight above 0",
    );
  });

  it("refuses numbers of pairs and steps that nothing could hold or count", () => {
    for (const field of ["trainPairs", "validationPairs", "batchSize", "epochs", "updates"]) {
      expect(refusalOf({ [field]: 1e15 })).toContain("E_RECIPE");
      expect(refusalOf({ [field]: 1e15 })).toContain(field);
    }
    expect(refusalOf({ trainPairs: 20_000_000, epochs: 1e9 })).toBe("accepted");
  });

  it("comes in presets that can be used", () => {
    expect(parseRecipe(FAST_RECIPE)).toMatchObject({ joint: true, sourceGradient: true });
    expect(parseRecipe(NATURAL_RECIPE).iitWeight).toBe(0);
  });

  it("is the fast one with what a case needs", () => {
    expect(fastRecipe(getCase("3"))).toEqual(FAST_RECIPE);
    const { fast } = getCase("ioi");
    expect(parseRecipe(fastRecipe(getCase("ioi")))).toEqual({
      ...parseRecipe(FAST_RECIPE),
      ...fast,
    });
    expect(fast).toMatchObject({ batchSize: 64, initialization: "fan-in" });
  });
});

describe("fields that need others", () => {
  it.each([
    [
      { edgeExchange: true, sourceGradient: true },
      /edgeExchange\) — expected joint and sourceGrad/,
    ],
    [
      { edgeExchange: true, joint: true },
      /edgeExchange\) — expected joint and sourceGradient with/,
    ],
    [{ silenceWeight: 1 }, /silenceWeight\) — expected edgeExchange with it — received 1$/],
    [
      { strictWeight: 0, goalMetrics: ["strictAccuracy"] },
      /goalMetrics\) — expected an accuracy whose loss has a weight, or no earlyStop — received strictAccuracy$/,
    ],
  ] as const)("are refused without: %j", (input, message) => {
    expect(refusalOf(input)).toMatch(message);
  });

  it("may stand without effect where they ask for nothing", () => {
    expect(parseRecipe({ silenceWeight: 0 }).silenceWeight).toBe(0);
    const unstopped = { strictWeight: 0, goalMetrics: ["strictAccuracy" as const] };
    expect(parseRecipe({ ...unstopped, earlyStop: false }).earlyStop).toBe(false);
  });

  it("fall with what they need where a base is changed", () => {
    const counting = baseRecipe("fast", getCase("14"));
    expect(parseRecipe(counting)).toMatchObject({ edgeExchange: true, silenceWeight: 1 });
    for (const changes of [{ joint: false }, { sourceGradient: false }, { edgeExchange: false }]) {
      const recipe = parseRecipe(changedRecipe(counting, changes));
      expect(recipe).toMatchObject({ ...changes, edgeExchange: false });
      expect(recipe.silenceWeight).toBe(undefined);
    }
    const refusedWith = (changes: RecipeInput) =>
      errorOf(() => parseRecipe(changedRecipe(counting, changes)));
    expect(refusedWith({ joint: false, edgeExchange: true })).toContain("at edgeExchange");
    expect(refusedWith({ edgeExchange: false, silenceWeight: 2 })).toContain("at silenceWeight");
  });
});
