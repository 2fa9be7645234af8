import { describe, expect, it } from "vitest";
import { referenceBackend, wasmBackend } from "../engine/index.ts";
import { loadGolden } from "../training/golden.testing.ts";
import { caseThree } from "../training/tasks.testing.ts";
import { modelAccuracies, selfTask } from "./index.ts";

const backend = await wasmBackend();

describe("the accuracies of a model", () => {
  it("are 1 for the compiled transformer itself, on all its pairs", () => {
    const task = caseThree();
    const { transformer } = task.highLevel;
    const { iitLoss, ...accuracies } = modelAccuracies(transformer, selfTask(task, transformer), {
      backend,
    });
    expect(accuracies).toEqual({
      accuracy: 1,
      iia: 1,
      strictAccuracy: 1,
      jointStrictAccuracy: 1,
      pairCount: 65_536,
    });
    expect(iitLoss).toBeLessThan(1e-12);
  });

  it("exchange all outside nodes at once for joint strict accuracy", () => {
    // With every node outside, outputs are the source's: shares of "x", one of four letters, in prefixes.
    const { transformer, ...rest } = { ...caseThree().highLevel, ...caseThree() };
    const task = { ...selfTask(rest, transformer), correspondence: [] };
    const { strictAccuracy, jointStrictAccuracy } = modelAccuracies(transformer, task, { backend });
    const binomials = [
      [1, 1],
      [1, 2, 1],
      [1, 3, 3, 1],
      [1, 4, 6, 4, 1],
    ];
    const alike = binomials.map(
      (row) =>
        row.reduce((sum, ways, x) => sum + (ways * 3 ** (row.length - 1 - x)) ** 2, 0) /
        16 ** (row.length - 1),
    );
    expect(jointStrictAccuracy).toBeCloseTo(alike.reduce((a, b) => a + b) / 4, 6);
    expect(strictAccuracy).toBeGreaterThan(jointStrictAccuracy!);
  });

  it.each([3, 13] as const)("are the original's for case %i after one step", (id) => {
    const { task, trained, base, source, stored } = loadGolden(id);
    const found = modelAccuracies(trained, task, { backend, pairs: { base, source } });
    expect(found.accuracy).toBeCloseTo(stored.evaluation.accuracy, 6);
    expect(found.strictAccuracy).toBeCloseTo(stored.evaluation.strict_accuracy, 6);
  });

  it("are measured on pairs drawn by multiplicity where inputs do not weigh the same", () => {
    const { tokens, ...rest } = caseThree();
    const task = { ...rest, tokens: tokens.slice(0, 15), multiplicity: [1, 2, 1] };
    const { transformer } = task.highLevel;
    const own = selfTask(task, transformer);
    const found = modelAccuracies(transformer, own, { backend, pairBudget: 20 });
    expect(found).toMatchObject({ accuracy: 1, pairCount: 20 });
  });

  it("are not defined without variables or without outside nodes", () => {
    const { tokens, ...rest } = caseThree();
    const task = { ...rest, tokens: tokens.slice(0, 5), multiplicity: [1], correspondence: [] };
    const { transformer } = task.highLevel;
    const own = selfTask(task, transformer);
    const found = modelAccuracies(transformer, own, { backend: referenceBackend() });
    expect([found.iia, found.iitLoss, found.strictAccuracy]).toEqual([undefined, undefined, 1]);
  });
});
