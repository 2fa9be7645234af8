import { describe, expect, it } from "vitest";
import { wasmBackend } from "../engine/index.ts";
import { errorOf } from "../errors/error-of.testing.ts";
import { Key } from "../rng/index.ts";
import type { TrainingTask } from "../training/index.ts";
import { caseThree } from "../training/tasks.testing.ts";
import {
  initializeTransformer,
  keyNormals,
  makeTransformer,
  type Transformer,
} from "../transformer/index.ts";
import {
  choosePairs,
  chooseRows,
  measureNodeEffects,
  type NodeEffectOptions,
  nodeEffects,
  selfTask,
} from "./index.ts";

const backend = await wasmBackend();
const task = caseThree();
const compiled = task.highLevel.transformer;
const fresh = initializeTransformer(task.lowLevelConfig, keyNormals(Key.fromSeed(1)));

/** The task on some of its inputs, each with its own multiplicity. */
function onInputs(rows: readonly number[], multiplicity: readonly number[]): TrainingTask {
  const tokens = Int32Array.from(
    rows.flatMap((row) => [...task.tokens.subarray(row * 5, row * 5 + 5)]),
  );
  return { ...task, tokens, multiplicity };
}

/** The fresh model with another weight. */
function withWeight(
  key: string,
  change: (value: number, at: number) => number,
  { config, weights }: Transformer = fresh,
): Transformer {
  const { shape, data } = weights.get(key)!;
  return makeTransformer(config, new Map([...weights, [key, { shape, data: data.map(change) }]]));
}

describe("what effects were seen on", () => {
  it("are pairs with different labels, and inputs with a right output, by weight", () => {
    const some = selfTask(onInputs([0, 5, 99], [1, 2, 3]), compiled);
    const { seen, freshPairs, isComplete } = nodeEffects(compiled, some, { backend });
    expect(isComplete).toEqual({ pairs: true, inputs: true });
    expect([seen.mean, seen.zero]).toEqual([6, 6]);
    // The first two inputs have the same labels.
    expect(seen.resample).toBe(6 ** 2 - (1 + 2) ** 2 - 3 ** 2);
    // Six inputs are three pairs that have none in common, of which half have other labels.
    expect(freshPairs).toBe(1.5);
    const few = nodeEffects(compiled, some, { backend, pairBudget: 4, inputBudget: 2 });
    expect(few.isComplete).toEqual({ pairs: false, inputs: false });
  });
});

describe("node effects of a model that is not finite", () => {
  const some = onInputs([0, 5, 99], [1, 1, 1]);
  const answer = (model: Transformer, options: Partial<NodeEffectOptions> = {}) =>
    errorOf(() => nodeEffects(model, some, { backend, ...options }));

  it("are refused, with the first weight that is NaN", () => {
    const broken = withWeight("blocks.0.attn.W_V", (x, at) => (at < 2 ? Number.NaN : x));
    expect(answer(broken)).toMatch(
      /^E_NUMBER: the weight "blocks.0.attn.W_V" .* \(at blocks.0.attn.W_V\[0, 0, 0\]\).* received NaN, and 1 more of/,
    );
  });

  it("are refused, with the first hook point that overflows", () => {
    const large = withWeight("blocks.1.mlp.b_out", (_, at) => (at % 2 === 0 ? 3e38 : -3e38));
    expect(answer(withWeight("unembed.W_U", () => 9, large))).toMatch(
      /^E_NUMBER: a forward pass gives values that are not finite \(at logits, input 0, position 0\)/,
    );
  });

  it("are refused where only runs with an ablated node overflow", () => {
    // Ablating what writes the other half of a sum that cancels.
    const { dModel, dMlp } = fresh.config;
    const steady = withWeight(
      "blocks.1.mlp.b_in",
      () => 10,
      withWeight("blocks.1.mlp.W_in", () => 0),
    );
    const half = withWeight(
      "blocks.1.mlp.W_out",
      (_, at) => (at % dModel === 0 ? -3e37 / dMlp : 0),
      steady,
    );
    const whole = withWeight("blocks.1.attn.b_O", (_, at) => (at === 0 ? 3e38 : 0), half);
    const balanced = withWeight("unembed.W_U", (_, at) => (at === 0 ? 4 : 0), whole);
    expect(answer(balanced, { ablations: ["resample"] })).toBe("accepted");
    expect(answer(balanced, { ablations: ["zero"] })).toMatch(
      /^E_NUMBER: a run with ablated nodes gives no finite outputs \(at blocks.1.mlp.hook_post.* replaced by 0\)/,
    );
  });
});

describe("node effects", () => {
  it("are not defined on one input, where no label can change", () => {
    const single = onInputs([7], [1]);
    const { rows, pairCount, inputCount } = nodeEffects(fresh, single, { backend });
    expect([pairCount, inputCount]).toEqual([1, 1]);
    expect(rows.map(({ resample }) => resample)).toEqual(rows.map(() => undefined));
  });

  it("are exactly 0 and 1 in the compiled transformer itself", () => {
    const own = selfTask(task, compiled);
    const { rows, pairCount } = nodeEffects(compiled, own, {
      backend,
      ablations: ["resample"],
    });
    expect(pairCount).toBe(65_536);
    expect(rows.map(({ text, status, resample }) => [text, status, resample])).toEqual([
      ["blocks.0.attn.hook_result[0]", "not_in_circuit", 0],
      ["blocks.1.mlp.hook_post", "not_in_circuit", 0],
      ["blocks.0.mlp.hook_post", "in_circuit", 1],
      ["blocks.1.attn.hook_result[0]", "in_circuit", 1],
    ]);
  });

  it("measure what was asked for alone", () => {
    const { rows } = nodeEffects(fresh, onInputs([0, 5], [1, 1]), { backend, ablations: ["zero"] });
    for (const row of rows) expect(Object.keys(row)).toEqual(["node", "text", "status", "zero"]);
  });

  it("weigh inputs like repetitions of them", () => {
    const weighted = onInputs([3, 90, 200], [1, 2, 3]);
    const repeated = onInputs([3, 90, 90, 200, 200, 200], [1, 1, 1, 1, 1, 1]);
    const options: NodeEffectOptions = { backend, atol: 0.4 };
    const [a, b] = [weighted, repeated].map((t) => nodeEffects(fresh, t, options).rows);
    let defined = 0;
    for (const [i, row] of a!.entries()) {
      for (const name of ["resample", "mean", "zero"] as const) {
        if (row[name] !== undefined) defined++;
        expect(row[name] ?? -1).toBeCloseTo(b![i]![name] ?? -1, 6);
      }
    }
    expect(defined).toBe(30);
  });

  it("come close to the exact ones on sampled pairs", () => {
    const some = onInputs(
      Array.from({ length: 64 }, (_, i) => 4 * i),
      new Array<number>(64).fill(1),
    );
    const ablations = ["resample"] as const;
    const exact = nodeEffects(fresh, some, { backend, ablations });
    const sampled = nodeEffects(fresh, some, { backend, ablations, pairBudget: 2048 });
    expect([exact.pairCount, sampled.pairCount]).toEqual([4096, 2048]);
    for (const [i, { resample }] of exact.rows.entries()) {
      expect(Math.abs(resample! - sampled.rows[i]!.resample!)).toBeLessThan(0.03);
    }
  });

  it("are the same for the same key", () => {
    const measure = () => nodeEffects(fresh, task, { backend, pairBudget: 100, inputBudget: 20 });
    expect(measure()).toEqual(measure());
  });

  it("refuse metrics of classes for numbers, and models of another shape", () => {
    expect(errorOf(() => nodeEffects(fresh, task, { backend, metric: "kl_div" }))).toBe(
      'E_METRIC: "kl_div" needs classes, and the outputs are numbers — expected accuracy — received kl_div',
    );
    expect(errorOf(() => nodeEffects(compiled, task, { backend }))).toBe(
      "E_TASK: the model is not of the task's shape (at embed.W_E) — expected embed.W_E [6, 12] — received embed.W_E [6, 13]",
    );
  });
});

describe("chosen inputs", () => {
  it("are all pairs where they fit into the budget, weighing the product of multiplicities", () => {
    const chosen = choosePairs(onInputs([1, 2], [1, 3]), 4, Key.fromSeed(0));
    expect(chosen.isComplete).toBe(true);
    expect([...chosen.base]).toEqual([0, 0, 1, 1]);
    expect([...chosen.source]).toEqual([0, 1, 0, 1]);
    expect([...chosen.weights]).toEqual([1, 3, 3, 9]);
  });

  it("are drawn by multiplicity where they do not", () => {
    const chosen = choosePairs(onInputs([1, 2, 3], [1, 1, 98]), 8, Key.fromSeed(0));
    expect(chosen.isComplete).toBe(false);
    expect(chosen.base.filter((row) => row === 2).length).toBeGreaterThan(5);
  });

  it("are different rows, as many as the budget allows", () => {
    const some = chooseRows(task, 10, Key.fromSeed(3));
    expect(new Set(some.rows).size).toBe(10);
    expect(chooseRows(task, 256, Key.fromSeed(3)).rows).toHaveLength(256);
  });

  it("are the same when other tasks go on meanwhile, and stop when they are told to", async () => {
    const options = { backend, pairBudget: 100, inputBudget: 20 } as const;
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    const paced = await measureNodeEffects(fresh, task, { ...options, onProgress });
    expect(paced).toEqual(nodeEffects(fresh, task, options));
    expect(shares[0]).toBe(0);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBeLessThan(1);

    const controller = new AbortController();
    const stopped = measureNodeEffects(fresh, task, {
      ...options,
      signal: controller.signal,
      onProgress: (share) => {
        if (share > 0.4) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
  });
});
