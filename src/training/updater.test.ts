import { describe, expect, it } from "vitest";
import {
  type Backend,
  batchMean,
  compile,
  globalNorm,
  gradients,
  mul,
  parameter,
  referenceBackend,
  sampleInput,
  sum,
  wasmBackend,
} from "../engine/index.ts";
import {
  asModelNodes,
  type ModelNode,
  outputLoss,
  runSteps,
  targetInput,
} from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import { forward } from "../transformer/index.ts";
import { outsideNodes } from "./alignment.ts";
import { flattenWeights, flatWeights } from "./flat-weights.ts";
import { loadHighLevel } from "./high-level.ts";
import { initialTransformer } from "./initial-transformer.ts";
import { drawPairs } from "./pairs.ts";
import { parseRecipe, type RecipeInput } from "./recipe.ts";
import { caseThree } from "./tasks.testing.ts";
import { loadTermUpdate } from "./term-update.ts";
import type { Term } from "./terms.ts";
import { type BatchUpdate, makeUpdater, type UpdateResult } from "./updater.ts";

const task = caseThree();
const outside = outsideNodes(task.lowLevelConfig, task.correspondence);
/** Few inputs, so that most are in several pairs; more than a tile of pairs. */
const pairs = drawPairs(
  Array.from(task.multiplicity, (_, row) => (row < 12 ? 1 : 1e-9)),
  50,
  Key.fromSeed(5),
);
const ids = Uint32Array.from(pairs.base, (_, i) => i);
const VARIABLE = 1;
const start = flattenWeights(
  task.lowLevelConfig,
  (await initialTransformer(task, parseRecipe({}))).weights,
);

/** One update: what it measured, and the weights after it. */
function update(
  backend: Backend,
  terms: readonly Term[],
  strict: readonly ModelNode[],
  recipeInput: RecipeInput = {},
) {
  const recipe = parseRecipe({ strictWeight: 0.5, ...recipeInput });
  const tokens = backend.buffer(task.tokens);
  const targets = loadHighLevel(task, pairs, backend, tokens);
  const buffers = {
    weights: backend.buffer(start),
    firstMoment: backend.buffer(start.length),
    secondMoment: backend.buffer(start.length),
  };
  const { labels } = targets;
  const spec = { task, recipe, backend, tokens, labels, buffers };
  const updater = makeUpdater(backend, [loadTermUpdate(spec, terms)]);
  const iit = asModelNodes(task.correspondence[VARIABLE]!.ll);
  const batch = { ...pairs, intervened: targets.intervened(VARIABLE, ids) };
  const first = () => ({ step: 1, learningRate: 1e-3 });
  const [[result]] = runSteps(updater.run([{ ...batch, patched: { iit, strict } }], first)) as [
    [UpdateResult],
  ];
  updater.dispose();
  return { ...result, weights: buffers.weights.read() };
}

const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

describe.each([
  ["reference", async () => referenceBackend(), 1e-12],
  ["wasm", () => wasmBackend(), 2e-5],
] as const)("an update on %s", (_, open, tolerance) => {
  it("computes repeated inputs once and counts them as often as they come", async () => {
    const backend = await open();
    expect(new Set(pairs.base).size).toBeLessThan(13);
    const { losses, gradientNorm } = update(backend, ["behavior"], []);

    const { lowLevelConfig: config, positions } = task;
    const { flat, tensors } = flatWeights(config);
    const [base, target] = [
      sampleInput("base", [positions]),
      targetInput("target", task, config.dVocabOut),
    ];
    const loss = batchMean(outputLoss(task, forward(config, tensors, base).logits, target));
    const norm = globalNorm(gradients(loss, [flat]));
    const tokens = backend.buffer(task.tokens);
    const { labels } = loadHighLevel(task, pairs, backend, tokens);
    const every = backend.load(compile({ outputs: { loss, norm } })).run({
      batch: pairs.base.length,
      inputs: {
        base: { table: tokens, rows: pairs.base },
        target: { table: labels, rows: pairs.base },
        weights: start,
      },
    });
    expect(Math.abs(losses.behavior! / every.loss[0]! - 1)).toBeLessThan(tolerance);
    expect(Math.abs(gradientNorm / every.norm[0]! - 1)).toBeLessThan(tolerance);
  });

  it.each(
    [outside[0]!, outside[4]!, outside.at(-1)!].map(
      (node) => [node.hook, node.head, node] as const,
    ),
  )(
    "does the same in the program of %s (%s) as in the one that can patch everywhere",
    async (_hook, _head, node) => {
      const backend = await open();
      const own = update(backend, ["strict"], [node], { siitSampling: "individual" });
      const everywhere = update(backend, ["strict"], [node], { siitSampling: "sample_all" });
      expect(Math.abs(own.losses.strict! / everywhere.losses.strict! - 1)).toBeLessThan(tolerance);
      expect(Math.abs(own.gradientNorm / everywhere.gradientNorm - 1)).toBeLessThan(tolerance);
      expect(difference(own.weights, everywhere.weights)).toBeLessThan(tolerance);
    },
  );

  it("of several terms at once has each term's own loss", async () => {
    const backend = await open();
    const node = [outside[0]!];
    const terms = ["iit", "strict", "behavior"] as const;
    const together = update(backend, terms, node);
    for (const term of terms) {
      const alone = update(backend, [term], node).losses[term]!;
      expect(Math.abs(together.losses[term]! / alone - 1), term).toBeLessThan(tolerance);
    }
  });

  it("without a node to patch is the one on the labels", async () => {
    const backend = await open();
    const nothing = update(backend, ["strict"], [], { siitSampling: "sample_all" });
    const behavior = update(backend, ["behavior"], [], { behaviorWeight: 0.5 });
    expect(Math.abs(nothing.losses.strict! / behavior.losses.behavior! - 1)).toBeLessThan(
      tolerance,
    );
    expect(difference(nothing.weights, behavior.weights)).toBeLessThan(tolerance);
  });
});

describe("the updates of a call", () => {
  it("are made in steps where there is one batch, which may be a large one", async () => {
    const backend = await wasmBackend({ variant: "simd" });
    const recipe = parseRecipe({});
    const tokens = backend.buffer(task.tokens);
    const { labels } = loadHighLevel(task, pairs, backend, tokens);
    const buffers = {
      weights: backend.buffer(start),
      firstMoment: backend.buffer(start.length),
      secondMoment: backend.buffer(start.length),
    };
    const spec = { task, recipe, backend, tokens, labels, buffers };
    const updater = makeUpdater(backend, [loadTermUpdate(spec, ["behavior"])]);
    const batch = { ...pairs, intervened: undefined, patched: { iit: [], strict: [] } };
    const stepsOf = (batches: number) => {
      const drawn = Array.from({ length: batches }, () => batch);
      return [...updater.run(drawn, (i) => ({ step: i + 1, learningRate: 1e-3 }))].length;
    };
    expect(stepsOf(1)).toBeGreaterThan(100);
    // One to prepare each batch, and one batch is a call of its own, whose twelve inputs are one step.
    expect([stepsOf(1), stepsOf(2), stepsOf(3)]).toEqual([1 + 1, 2, 3]);
    backend.dispose();
  });
});

describe("an updater", () => {
  it("makes its programs ready in steps, and then runs some batches in one call", async () => {
    const inner = await wasmBackend({ variant: "simd" });
    const calls: string[] = [];
    const backend: Backend = {
      ...inner,
      runAll: (runs) => {
        calls.push("at once");
        return inner.runAll(runs);
      },
      runInSteps: (runs) => {
        calls.push("in steps");
        return inner.runInSteps(runs);
      },
    };
    const w = parameter("w", [2]);
    const halved = { parameter: w, value: mul(w, 0.5) };
    const executable = backend.load(compile({ outputs: { norm: sum(w) }, updates: [halved] }));
    const weights = backend.buffer([1, 3]);
    const update: BatchUpdate<undefined> = {
      prepare: () => ({
        runs: [{ executable, options: { batch: 1, inputs: { w: weights } } }],
        read: ({ norm }) => ({ losses: {}, gradientNorm: norm![0]! }),
        dispose: () => {},
      }),
      dispose: () => {},
    };
    const updater = makeUpdater(backend, [update]);
    const moment = () => ({ step: 1, learningRate: 1 });
    const run = () => runSteps(updater.run([undefined, undefined], moment));
    const norms = [...run(), ...run()].flat().map(({ gradientNorm }) => gradientNorm);
    expect(norms).toEqual([4, 2, 1, 0.5]);
    expect(calls).toEqual(["in steps", "at once"]);
    inner.dispose();
  });
});
