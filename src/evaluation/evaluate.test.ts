import { describe, expect, it } from "vitest";
import { wasmBackend } from "../engine/index.ts";
import { notingBackend } from "../engine/noting.testing.ts";
import { meanPositional, type Pairs, runSteps, zero } from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import { loadGolden } from "../training/golden.testing.ts";
import {
  drawPairs,
  flattenWeights,
  loadHighLevel,
  loadValidator,
  type TrainingTask,
  type ValidationMetrics,
} from "../training/index.ts";
import { caseThree } from "../training/tasks.testing.ts";
import { initializeTransformer, keyNormals, type Transformer } from "../transformer/index.ts";
import { constantEffects } from "./constant-ablation.ts";
import {
  type EffectMetric,
  type EffectName,
  evaluateModel,
  modelAccuracies,
  nodeEffects,
  selfTask,
} from "./index.ts";
import { chooseRows, equalWeights } from "./inputs.ts";
import { resampleEffects } from "./resample.ts";
import { loadSubject } from "./subject.ts";

const backend = await wasmBackend();
const numbers = caseThree();
const fresh = initializeTransformer(numbers.lowLevelConfig, keyNormals(Key.fromSeed(1)));
/** So that a fresh model is sometimes right. */
const atol = 0.4;
/** Not a whole number of tiles. */
const pairs = drawPairs(numbers.multiplicity, 4100, Key.fromSeed(2));

/** What validation measures during training, by its own programs. */
function validate(
  { config, weights }: Transformer,
  task: TrainingTask,
  some: Pairs,
): ValidationMetrics {
  const tokens = backend.buffer(task.tokens);
  const loading = loadValidator({
    task,
    atol,
    pairs: some,
    backend,
    tokens,
    targets: loadHighLevel(task, some, backend, tokens),
    weights: backend.buffer(flattenWeights(config, weights)),
  });
  return runSteps(runSteps(loading).measure({ ids: some.base.map((_, i) => i), variables: "all" }));
}

describe("an evaluation", () => {
  const golden = loadGolden(13);
  const classes = golden.task;
  const compiled = numbers.highLevel.transformer;
  const tasks: readonly (readonly [string, Transformer, TrainingTask, Pairs, EffectMetric])[] = [
    ["numbers", fresh, numbers, pairs, "accuracy"],
    ["classes", golden.trained, classes, golden, "accuracy"],
    ["classes by kl_div", golden.trained, classes, golden, "kl_div"],
    ["the compiled transformer", compiled, selfTask(numbers, compiled), pairs, "accuracy"],
  ];

  it.each(tasks)("gives the bits of its parts for %s", async (_, model, task, some, metric) => {
    const options = { backend, pairs: equalWeights(some), atol, metric };
    const { effects, accuracies } = await evaluateModel(model, task, options);
    expect(effects).toEqual(nodeEffects(model, task, options));
    expect(accuracies).toEqual(modelAccuracies(model, task, options));
  });

  it("gives each ablation what it gives alone", () => {
    const options = { backend, pairs: equalWeights(pairs), atol };
    const together = nodeEffects(fresh, numbers, options).rows;
    for (const ablation of ["resample", "mean", "zero"] as const satisfies EffectName[]) {
      const alone = nodeEffects(fresh, numbers, { ...options, ablations: [ablation] }).rows;
      expect(together.map((row) => row[ablation])).toEqual(alone.map((row) => row[ablation]));
    }
  });

  it("patches each node once, for effects and accuracies together, and all outside nodes together, on all pairs at once", async () => {
    const noting = notingBackend(backend);
    const options = {
      backend: noting,
      pairs: equalWeights(pairs),
      ablations: ["resample"],
    } as const;
    await evaluateModel(fresh, numbers, options);
    const patched = noting.calls.flat().flatMap(({ inputs, outputs }) => {
      const isPatched = [...inputs.keys()].some((name) => name.startsWith("source:"));
      return isPatched && !("targets" in outputs) ? [Object.keys(outputs).join()] : [];
    });
    expect(patched).toEqual(new Array(10 + 1).fill("effect,right,loss,nonFinite"));
  });

  it("gives the same where the data set takes several runs", () => {
    const subject = loadSubject(fresh, numbers, backend);
    const some = equalWeights(pairs);
    const effects = [subject.runSize, 1000].map((runSize) =>
      resampleEffects({ ...subject, runSize }, some, "accuracy", atol),
    );
    for (const [node, effect] of effects[0]!) expect(effects[1]!.get(node)).toBe(effect);
    const inputs = chooseRows(numbers, 200, Key.fromSeed(0));
    for (const kind of [meanPositional, zero]) {
      const [whole, parts] = [subject.runSize, 16].map((runSize) =>
        constantEffects({ ...subject, runSize }, inputs, kind, atol),
      );
      for (const [node, { wrong }] of whole!) {
        expect(parts!.get(node)!.wrong, `${kind.name} ${node}`).toBeCloseTo(wrong, 12);
      }
    }
    subject.dispose();
  });
});

describe("the accuracies of an evaluation", () => {
  const [first, second] = numbers.correspondence as [
    TrainingTask["correspondence"][number],
    TrainingTask["correspondence"][number],
  ];
  const both = [...first.ll, ...second.ll];
  const correspondences: readonly (readonly [string, TrainingTask["correspondence"]])[] = [
    ["one node each", numbers.correspondence],
    ["several nodes", [{ ...first, ll: both }, second]],
    ["one place for several variables", [first, second, { ...second, label: "the same again" }]],
    ["one place for variables of different places", [first, { ...second, ll: first.ll }]],
    ["no variables", []],
  ];

  it.each(correspondences)("are validation's: %s", async (_, correspondence) => {
    const task = { ...numbers, correspondence };
    const options = { backend, pairs: equalWeights(pairs), atol, ablations: ["resample"] } as const;
    const { accuracies } = await evaluateModel(fresh, task, options);
    const { iitLoss, ...expected } = validate(fresh, task, pairs);
    expect(accuracies).toMatchObject({ ...expected, pairCount: 4100 });
    for (const share of [
      accuracies.accuracy,
      accuracies.strictAccuracy,
      accuracies.jointStrictAccuracy,
    ]) {
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(1);
    }
    // Weights are constants here and parameters there.
    if (iitLoss === undefined) expect(accuracies.iitLoss).toBeUndefined();
    else expect(accuracies.iitLoss! / iitLoss).toBeCloseTo(1, 6);
  });

  it("are measured on pairs of their own where those of the effects weigh differently", async () => {
    const tokens = numbers.tokens.slice(0, 15);
    const task = { ...numbers, tokens, multiplicity: [1, 2, 1] };
    const options = { backend, atol, pairBudget: 20 };
    const { effects, accuracies } = await evaluateModel(fresh, task, options);
    expect([effects.pairCount, accuracies.pairCount]).toEqual([9, 20]);
    expect(effects).toEqual(nodeEffects(fresh, task, options));
    expect(accuracies).toEqual(modelAccuracies(fresh, task, options));
  });
});
