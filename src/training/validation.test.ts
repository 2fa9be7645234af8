import { describe, expect, it } from "vitest";
import { type Backend, wasmBackend } from "../engine/index.ts";
import { notingBackend } from "../engine/noting.testing.ts";
import { runSteps } from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import { initializeTransformer, keyNormals } from "../transformer/index.ts";
import { outsideNodes } from "./alignment.ts";
import { flattenWeights } from "./flat-weights.ts";
import { loadHighLevel } from "./high-level.ts";
import { drawPairs } from "./pairs.ts";
import type { TrainingTask } from "./task.ts";
import { caseThree } from "./tasks.testing.ts";
import { loadValidator, planValidation, type ValidationRequest } from "./validation.ts";

const kernels = await wasmBackend();
const task = caseThree();
const { weights } = initializeTransformer(task.lowLevelConfig, keyNormals(Key.fromSeed(1)));
const pairs = drawPairs(task.multiplicity, 60, Key.fromSeed(2));
const ids = pairs.base.map((_, i) => i);

function measure(
  correspondence: TrainingTask["correspondence"],
  variables: ValidationRequest["variables"],
  backend: Backend = kernels,
) {
  const own = { ...task, correspondence };
  const tokens = backend.buffer(task.tokens);
  const spec = { task: own, atol: 0.4, pairs, backend, tokens };
  const targets = loadHighLevel(own, pairs, backend, tokens);
  const buffer = backend.buffer(flattenWeights(task.lowLevelConfig, weights));
  const validator = runSteps(loadValidator({ ...spec, targets, weights: buffer }));
  const metrics = runSteps(validator.measure({ ids, variables }));
  for (const part of [validator, targets, buffer, tokens]) part.dispose();
  return metrics;
}

const [first, second] = task.correspondence as [
  TrainingTask["correspondence"][number],
  TrainingTask["correspondence"][number],
];

describe("validation", () => {
  it("measures every pair with every variable, or with its own", () => {
    const [one, other] = [0, 1].map((v) =>
      measure(task.correspondence, new Uint32Array(60).fill(v)),
    );
    const all = measure(task.correspondence, "all");
    expect(one!.iia).not.toBe(other!.iia);
    expect(all.iia).toBeCloseTo((one!.iia! + other!.iia!) / 2, 6);
    expect(all.iitLoss).toBeCloseTo((one!.iitLoss! + other!.iitLoss!) / 2, 6);

    const mixed = measure(
      task.correspondence,
      ids.map((i) => i % 2),
    );
    const flipped = measure(
      task.correspondence,
      ids.map((i) => 1 - (i % 2)),
    );
    expect(mixed.iia! + flipped.iia!).toBeCloseTo(one!.iia! + other!.iia!, 6);
    expect([mixed.accuracy, mixed.strictAccuracy]).toEqual([all.accuracy, all.strictAccuracy]);
  });

  it("counts variables that share their places as often as there are such variables", () => {
    const shared = [first, second, { ...second, label: "the same again" }];
    const all = measure(shared, "all");
    const [one, other] = [0, 1].map((v) =>
      measure(task.correspondence, new Uint32Array(60).fill(v)),
    );
    expect(all.iia).toBeCloseTo((one!.iia! + 2 * other!.iia!) / 3, 6);
    expect(measure(shared, new Uint32Array(60).fill(2)).iia).toBe(other!.iia);
  });

  it("is one call, once the high-level model's outputs are known", () => {
    const noting = notingBackend(kernels);
    measure(task.correspondence, "all", noting);
    const outside = outsideNodes(task.lowLevelConfig, task.correspondence);
    // The bases' own outputs, two captures, a run for each variable and each outside node, one for all of those.
    const last = 1 + 2 + task.correspondence.length + outside.length + 1;
    // Before it, calls that make an output known: of the two captures and the exchange.
    expect(noting.calls.map((programs) => programs.length).filter((count) => count > 3)).toEqual([
      last,
    ]);
    expect(noting.calls.at(-1)).toHaveLength(last);
  });

  it("exchanges outside nodes one by one, and all of them together", () => {
    const all = outsideNodes(task.lowLevelConfig, []);
    const outside = (nodes: typeof all) =>
      measure([{ ...first, ll: all.filter((node) => !nodes.includes(node)) }], "all");
    const last = all.slice(-2);
    const [one, other] = last.map((node) => outside([node]));
    expect(one!.jointStrictAccuracy).toBe(one!.strictAccuracy);
    const both = outside(last);
    expect(both.strictAccuracy).toBeCloseTo((one!.strictAccuracy! + other!.strictAccuracy!) / 2, 6);
    expect(both.jointStrictAccuracy).not.toBe(both.strictAccuracy);
    expect(outside([]).jointStrictAccuracy).toBeUndefined();
  });

  it("has no interchange accuracy without variables", () => {
    const { iia, iitLoss, strictAccuracy } = measure([], "all");
    expect([iia, iitLoss]).toEqual([undefined, undefined]);
    expect(strictAccuracy).toBeGreaterThan(0);
  });

  it("draws one variable for each batch of pairs", () => {
    const { variables } = planValidation(
      task,
      { valIiaSampling: "random", batchSize: 5 },
      ids,
      Key.fromSeed(3),
    );
    if (variables === "all") throw new Error("expected one variable per pair");
    for (let start = 0; start < 60; start += 5) {
      expect(new Set(variables.subarray(start, start + 5)).size).toBe(1);
    }
    expect(new Set(variables).size).toBe(2);
  });
});
