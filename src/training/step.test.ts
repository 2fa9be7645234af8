import { describe, expect, it } from "vitest";
import { type Backend, referenceBackend, wasmBackend } from "../engine/index.ts";
import { notingBackend } from "../engine/noting.testing.ts";
import { asModelNodes, runSteps } from "../interventions/index.ts";
import { outsideNodes } from "./alignment.ts";
import type { Batch } from "./batches.ts";
import { flattenWeights } from "./flat-weights.ts";
import { type GoldenStep, loadGolden } from "./golden.testing.ts";
import { loadHighLevel } from "./high-level.ts";
import { initialTransformer } from "./initial-transformer.ts";
import { parseRecipe } from "./recipe.ts";
import { loadTermUpdate } from "./term-update.ts";
import { makeUpdater } from "./updater.ts";
import { loadValidator } from "./validation.ts";

/** Relative, of losses, norms and metrics. */
const TOLERANCE = 1e-4;
/** Absolute, of weights after three updates of up to 1e-3 each. */
const WEIGHT_TOLERANCE = 1e-5;

const BACKENDS = [
  ["reference", async () => referenceBackend()],
  ["wasm", () => wasmBackend()],
] as const;

const relative = (received: number, expected: number) => Math.abs(received / expected - 1);

/** A stored step on a backend: its pairs, targets, and buffers for some weights. */
function place({ task, base, source }: GoldenStep, backend: Backend, weights: Float32Array) {
  const tokens = backend.buffer(task.tokens);
  const targets = loadHighLevel(task, { base, source }, backend, tokens);
  const buffers = {
    weights: backend.buffer(weights),
    firstMoment: backend.buffer(weights.length),
    secondMoment: backend.buffer(weights.length),
  };
  return { tokens, targets, buffers };
}

/** The number of the stored step's variable in the correspondence. */
const storedVariable = ({ task, stored }: GoldenStep) =>
  task.correspondence.findIndex(({ label }) => label === stored.hlNode.label);

describe.each([3, 13] as const)("one step of case %i", (id) => {
  const golden = loadGolden(id);
  const { task, stored, base, source } = golden;
  const ids = base.map((_, i) => i);

  it("has the original's nodes outside the circuit, in its order", () => {
    expect(outsideNodes(task.lowLevelConfig, task.correspondence)).toEqual(stored.outsideNodes);
    expect(task.correspondence[storedVariable(golden)]?.ll).toEqual(stored.llNodes);
  });

  it("starts from the original's initial weights for compatibility", async () => {
    const { weights } = await initialTransformer(task, parseRecipe({ compat: true, seed: 7 }));
    for (const [key, { data }] of golden.before) {
      const received = weights.get(key)!.data;
      data.forEach((value, i) => {
        expect(Math.abs(received[i]! - value), key).toBeLessThan(1e-6);
      });
    }
  });

  it.each(BACKENDS)("gives the original's losses, norms and weights on %s", async (_, make) => {
    const backend = notingBackend(await make());
    const { tokens, targets, buffers } = place(
      golden,
      backend,
      flattenWeights(task.lowLevelConfig, golden.before),
    );
    const batch: Batch = {
      base,
      source,
      intervened: targets.intervened(storedVariable(golden), ids),
      patched: { iit: asModelNodes(stored.llNodes), strict: [stored.strictNode] },
    };
    const recipe = parseRecipe({ compat: true });
    const expected = [
      ["iit", stored.losses.iit_loss, stored.gradNorms[0]],
      ["strict", stored.losses.strict_loss, stored.gradNorms[1]],
      ["behavior", stored.losses.behavior_loss, stored.gradNorms[2]],
    ] as const;
    const { labels } = targets;
    const spec = { task, recipe, backend, tokens, labels, buffers };
    const updater = makeUpdater(
      backend,
      expected.map(([term]) => loadTermUpdate(spec, [term])),
    );
    const before = backend.calls.length;
    const [results] = runSteps(
      updater.run([batch], (i) => ({
        step: 1 + i,
        learningRate: recipe.learningRate,
      })),
    );
    // Two runs on the sources and three updates.
    expect(backend.calls.slice(before).map((programs) => programs.length)).toEqual([5]);
    for (const [i, [term, loss, norm]] of expected.entries()) {
      const { losses, gradientNorm } = results![i]!;
      expect(relative(losses[term]!, loss), `${term} loss`).toBeLessThan(TOLERANCE);
      expect(relative(gradientNorm, norm), `${term} norm`).toBeLessThan(TOLERANCE);
    }
    const wanted = flattenWeights(task.lowLevelConfig, golden.after);
    const received = buffers.weights.read();
    const worst = wanted.reduce((max, w, i) => Math.max(max, Math.abs(w - received[i]!)), 0);
    expect(worst).toBeLessThan(WEIGHT_TOLERANCE);
  });

  it.each(BACKENDS)("is validated with the original's numbers on %s", async (_, make) => {
    const backend = await make();
    const { tokens, targets, buffers } = place(
      golden,
      backend,
      flattenWeights(task.lowLevelConfig, golden.after),
    );
    const spec = { task, atol: 0.05, pairs: { base, source }, backend, tokens, targets };
    const validator = runSteps(loadValidator({ ...spec, weights: buffers.weights }));
    const variables = ids.map(() => storedVariable(golden));
    const metrics = runSteps(validator.measure({ ids, variables }));
    const { evaluation } = stored;
    expect(relative(metrics.iitLoss!, evaluation.iit_loss)).toBeLessThan(TOLERANCE);
    expect(relative(metrics.iia!, evaluation.IIA)).toBeLessThan(TOLERANCE);
    expect(relative(metrics.accuracy, evaluation.accuracy)).toBeLessThan(TOLERANCE);
    expect(relative(metrics.strictAccuracy!, evaluation.strict_accuracy)).toBeLessThan(TOLERANCE);
  });
});
