import { describe, expect, it } from "vitest";
import {
  compile,
  constant,
  einsum,
  parameter,
  referenceBackend,
  sampleInput,
  type Tensor,
  wasmBackend,
} from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { runSteps } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import {
  constantTensors,
  forward,
  type HookName,
  initializeTransformer,
  keyNormals,
  makeTransformer,
  run,
  type Transformer,
} from "../../transformer/index.ts";
import { parseRecipe, type RecipeInput } from "../recipe.ts";
import type { TrainingState } from "../state.ts";
import { caseThree } from "../tasks.testing.ts";
import { train } from "../train.ts";
import type { Compression } from "./compression.ts";
import { loadEffectDifferences } from "./effect-differences.ts";
import { drawExchanges, EXCHANGES } from "./exchanges.ts";
import { compressionLearning } from "./learning.ts";
import { linearCompression, linearConfig } from "./linear.ts";
import { baseInput, exchangeName, exchangeObjective } from "./objective.ts";
import { orthonormalColumns } from "./orthogonal.ts";
import { parseCompression, runRecipe } from "./recipe.ts";
import { mapResidual } from "./residual-map.ts";

const backend = await wasmBackend();
const original = initializeTransformer(
  {
    nLayers: 2,
    nHeads: 3,
    dModel: 10,
    dHead: 4,
    dMlp: 7,
    nCtx: 5,
    dVocab: 6,
    dVocabOut: 3,
    actFn: "relu",
    attentionDir: "causal",
    normalization: "none",
    initializerRange: 0.4,
  },
  keyNormals(Key.fromSeed(1)),
);
/** The same with biases that are not 0. */
const biased: Transformer = makeTransformer(
  original.config,
  new Map(
    [...original.weights].map(([key, { shape, data }]) => [
      key,
      { shape, data: data.map((x, i) => x + (key.includes(".b_") ? Math.sin(i + 1) / 3 : 0)) },
    ]),
  ),
);
const rows = [
  [0, 5, 2, 3, 1],
  [0, 4, 4, 1, 2],
];
const C = 6;
const matrix = Float32Array.from(Key.fromSeed(2).normal(10 * C), (x) => x / 3);

/** The transformer of a compression with these learnt numbers. */
function compressed(compression: Compression, learned: Float32Array, config = original.config) {
  const { weights } = compression.read(parameter("w", [compression.size]));
  const executable = backend.load(compile({ outputs: Object.fromEntries(weights) }));
  const values = executable.run({ batch: 0, inputs: { w: backend.buffer(learned) } });
  const data = [...weights].map(([key, { shape }]) => [
    key,
    { shape, data: Float32Array.from(values[key]!) },
  ]);
  return makeTransformer(config, new Map(data as never));
}

describe("mapResidual", () => {
  it("gives a plain transformer with the logits of one read and written through the matrix", () => {
    const { config } = biased;
    const W = constant(matrix, [10, C]);
    // What is written as x·W and read as y·Wᵀ is, in the wide stream, x·W·Wᵀ.
    const through = (x: Tensor) => einsum("pc,dc->pd", einsum("pd,dc->pc", x, W), W);
    const points = [0, 1].flatMap((l) => [`blocks.${l}.hook_attn_out`, `blocks.${l}.hook_mlp_out`]);
    const names = ["hook_embed", "hook_pos_embed", ...points] as HookName[];
    const { logits } = forward(config, constantTensors(biased), sampleInput("tokens", [5]), {
      hooks: new Map(names.map((name) => [name, through])),
    });
    const wide = referenceBackend()
      .load(compile({ outputs: { logits } }))
      .run({ batch: 2, inputs: { tokens: Float32Array.from(rows.flat()) } }).logits;

    const compression = linearCompression(biased, { dModel: C });
    const small = compressed(compression, matrix, linearConfig(config, { dModel: C }));
    expect(small.config.dModel).toBe(C);
    const plain = run(small, referenceBackend(), { tokens: rows }).logits.data;
    expect(Math.max(...wide.map(Math.abs))).toBeGreaterThan(0.3);
    for (const [i, x] of wide.entries()) expect(plain[i]).toBeCloseTo(x, 5);
  });

  it("keeps the transformer with an orthogonal matrix of full width", () => {
    const square = orthonormalColumns(10, 10, Key.fromSeed(3).normal(100));
    const small = compressed(linearCompression(biased, { dModel: 10 }), square);
    const [own, other] = [biased, small].map(
      (model) => run(model, backend, { tokens: rows }).logits.data,
    );
    for (const [i, x] of own!.entries()) expect(other![i]).toBeCloseTo(x, 4);
  });

  it("refuses a stream that is normalised", () => {
    const config = { ...original.config, normalization: "LNPre" as const };
    const action = () => mapResidual(config, new Map(), constant([1], [1, 1]));
    expect(action).toThrow("a normalised residual stream cannot be mapped");
  });
});

describe("the matrix at the start", () => {
  it("is uniform in ±1/√c, or has orthonormal columns", () => {
    const recipe = parseRecipe({ seed: 4 });
    const uniform = linearCompression(original, { dModel: 4 }).start(recipe);
    expect(uniform).toHaveLength(40);
    expect(Math.max(...uniform)).toBeLessThanOrEqual(0.5);
    expect(Math.min(...uniform)).toBeLessThan(-0.3);
    const orthogonal = linearCompression(original, {
      dModel: 4,
      initialization: "orthogonal",
    }).start(recipe);
    const product = (a: number, b: number) =>
      Array.from({ length: 10 }, (_, r) => orthogonal[4 * r + a]! * orthogonal[4 * r + b]!).reduce(
        (x, y) => x + y,
      );
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) expect(product(a, b)).toBeCloseTo(a === b ? 1 : 0, 6);
    }
  });
});

describe("drawExchanges", () => {
  const hooks: HookName[] = ["hook_embed", "blocks.0.attn.hook_result", "blocks.1.hook_mlp_out"];
  const draw = (pairs: number, maxInterventions: number, maxComponents: number, seed = 5) =>
    drawExchanges(
      original.config,
      hooks,
      pairs,
      { maxInterventions, maxComponents },
      Key.fromSeed(seed),
    );
  /** How many exchanges each pair makes. */
  const counts = (switches: ReadonlyMap<HookName, Float32Array>, pairs: number) =>
    Array.from({ length: pairs }, (_, pair) =>
      [...switches.values()]
        .flatMap((on) => [
          ...on.subarray((pair * on.length) / pairs, ((pair + 1) * on.length) / pairs),
        ])
        .reduce((a, b) => a + b),
    );

  it("exchanges one node of each pair, and repeats the interventions", () => {
    const switches = draw(25, 10, 1);
    expect(switches.get("blocks.0.attn.hook_result")).toHaveLength(25 * 3 * EXCHANGES);
    expect(counts(switches, 25)).toEqual(Array(25).fill(1));
    for (const on of switches.values()) {
      const width = on.length / 25;
      expect(on.subarray(10 * width, 20 * width)).toEqual(on.subarray(0, 10 * width));
    }
  });

  it("reaches all nodes and all exchanges, and up to so many at once", () => {
    const switches = draw(600, 600, 3);
    expect(new Set(counts(switches, 600))).toEqual(new Set([1, 2, 3]));
    for (const on of switches.values()) {
      const width = on.length / 600;
      const seen = new Set([...on.keys()].filter((i) => on[i] === 1).map((i) => i % width));
      expect(seen.size).toBe(width);
    }
  });
});

describe("drawExchanges by differences", () => {
  const hooks: HookName[] = ["hook_embed", "hook_pos_embed", "blocks.1.hook_mlp_out"];
  const PAIRS = 4000;
  /** How often each node is exchanged, of one or more at a time. */
  const shares = (differences: readonly number[], maxComponents = 1) => {
    const most = { maxInterventions: PAIRS, maxComponents };
    const key = Key.fromSeed(8);
    const drawn = drawExchanges(original.config, hooks, PAIRS, most, key, differences);
    return hooks.map((hook) => drawn.get(hook)!.reduce((sum, on) => sum + on) / PAIRS);
  };

  it("takes nodes in proportion to them", () => {
    for (const [i, share] of shares([0.5, 0.1, 0.2]).entries()) {
      // Three standard deviations of a share of 4000.
      expect(Math.abs(share - [0.625, 0.125, 0.25][i]!)).toBeLessThan(0.025);
    }
  });

  it("takes those that do not differ where no other is left", () => {
    expect(shares([0, 0.3, 0])).toEqual([0, 1, 0]);
    const [embed, position, mlp] = shares([0, 0.3, 0], 3) as [number, number, number];
    expect(position).toBe(1);
    expect(embed + mlp).toBeCloseTo(1, 1);
  });
});

describe("the differences of effects", () => {
  const base = caseThree();
  const { transformer: model } = base.highLevel as unknown as { transformer: Transformer };
  const { dModel } = model.config;
  const task = { ...base, lowLevelConfig: linearConfig(model.config, { dModel }) };
  const rowsOf = (from: number) => Uint32Array.from({ length: 40 }, (_, i) => (from + 7 * i) % 256);
  const pairs = { base: rowsOf(0), source: rowsOf(100) };
  const measured = (values: Float32Array) => {
    const learned = backend.buffer(values);
    const compression = linearCompression(model, { dModel });
    const tokens = backend.buffer(task.tokens);
    const atol = 0.05;
    const facts = { task, atol, original: model, compression, backend, tokens, learned, pairs };
    const effects = loadEffectDifferences(facts);
    const differences = runSteps(effects.measure());
    effects.dispose();
    return differences;
  };

  it("are 0 where the compressed transformer is the original one", () => {
    const square = orthonormalColumns(dModel, dModel, Key.fromSeed(9).normal(dModel ** 2));
    const differences = measured(square);
    expect(differences).toHaveLength(2 + 2 * model.config.nLayers);
    expect(differences).toEqual(differences.map(() => 0));
  });

  it("are the original's effects where the compressed transformer has none", () => {
    const [embed, position] = measured(new Float32Array(dModel ** 2));
    const { positions, tokens } = task;
    const inputs = Array.from({ length: tokens.length / positions }, (_, row) => [
      ...tokens.subarray(row * positions, (row + 1) * positions),
    ]);
    const { data } = run(model, backend, { tokens: inputs }).logits;
    const outputs = (row: number) => [...data.subarray(row * positions + 1, (row + 1) * positions)];
    // Exchanging the embeddings is exchanging the inputs; position embeddings are the same in all of them.
    const changed = [...pairs.base].flatMap((row, i) => {
      const other = outputs(pairs.source[i]!);
      return outputs(row).map((x, k) => (Math.abs(x - other[k]!) >= 0.05 ? 1 : 0));
    });
    const effect = changed.reduce<number>((a, b) => a + b, 0) / changed.length;
    expect(effect).toBeGreaterThan(0.1);
    expect(embed).toBeCloseTo(effect, 6);
    expect(position).toBe(0);
  });
});

describe("exchangeObjective", () => {
  const numbers = caseThree();
  const model = initializeTransformer(numbers.lowLevelConfig, keyNormals(Key.fromSeed(6)));
  const width = model.config.dModel;

  /** The mean intervention loss with a matrix, where all pairs exchange `on` at a hook point. */
  function lossWith(values: Float32Array, hook: HookName, exchange: number): number {
    const compression = linearCompression(model, { dModel: width });
    const { weights, bridge } = compression.read(constant(values, [width * width]));
    const own = { config: model.config, weights: constantTensors(model) };
    const facts = {
      original: own,
      small: { config: model.config, weights },
      bridge,
    };
    const loss = exchangeObjective(numbers, facts, baseInput(numbers));
    const executable = referenceBackend().load(compile({ outputs: { loss } }));
    const ids = [...numbers.tokens];
    const inputs = {
      base: Float32Array.from(ids.slice(0, 50)),
      source: Float32Array.from(ids.slice(500, 550)),
      ...Object.fromEntries(
        bridge.hooks.map((name) => {
          const on = new Float32Array(10 * EXCHANGES);
          if (name === hook) for (let i = 0; i < 10; i++) on[i * EXCHANGES + exchange] = 1;
          return [exchangeName(name), on];
        }),
      ),
    };
    const losses = Array.from(executable.run({ batch: 10, inputs }).loss);
    return losses.reduce((a, b) => a + b) / losses.length;
  }

  it("is 0 for a matrix that changes nothing, whatever is exchanged", () => {
    const square = orthonormalColumns(width, width, Key.fromSeed(7).normal(width ** 2));
    for (let exchange = 0; exchange < EXCHANGES; exchange++) {
      expect(lossWith(square, "blocks.0.hook_attn_out", exchange)).toBeLessThan(1e-9);
      expect(lossWith(square, "hook_embed", exchange)).toBeLessThan(1e-9);
    }
  });

  it("sees what compressing and decompressing loses, and nothing else where all is lost", () => {
    const nothing = new Float32Array(width ** 2);
    // With W = 0 the compressed transformer gives b_U; what the original gives depends on the exchange.
    const own = lossWith(nothing, "hook_embed", 3);
    expect(own).toBeGreaterThan(1e-6);
    expect(lossWith(nothing, "hook_embed", 1)).not.toBeCloseTo(own, 9);
    expect(lossWith(nothing, "hook_embed", 2)).toBeCloseTo(lossWith(nothing, "hook_embed", 4), 12);
  });
});

describe("linear compression", () => {
  const base = caseThree();
  const high = base.highLevel as unknown as { transformer: Transformer };
  const task = {
    ...base,
    lowLevelConfig: linearConfig(high.transformer.config, { dModel: 10 }),
    correspondence: base.correspondence.map((entry) => ({ ...entry, ll: [entry.hl] })),
  };
  const learning = compressionLearning(
    task,
    high.transformer,
    linearCompression(high.transformer, { dModel: 10 }),
    { batchesGap: 3, maxInterventions: 10, maxComponents: 1, nodeSampling: "difference" },
  );
  const SHORT: RecipeInput = {
    strictWeight: 0,
    learningRate: 0.01,
    beta2: 0.95,
    clipGradNorm: 1,
    batchSize: 64,
    trainPairs: 2000,
    validationPairs: 200,
    valIiaSampling: "all",
    epochs: 6,
    earlyStop: false,
  };

  it("learns, records both losses, and gives the weights that it validated", async () => {
    const result = await train(task, parseRecipe(SHORT), { backend, learning });
    const { history, bestWeights } = result.state;
    expect(history).toHaveLength(6);
    expect(history[0]!.trainLosses.iit).toBeGreaterThan(0);
    expect(history[5]!.trainLosses.behavior).toBeLessThan(history[0]!.trainLosses.behavior / 4);
    expect(bestWeights).toHaveLength(learning.size);
    expect(result.transformer.config.dModel).toBe(10);
    const again = compressed(
      linearCompression(high.transformer, { dModel: 10 }),
      Float32Array.from(bestWeights),
      task.lowLevelConfig,
    );
    for (const [key, { data }] of result.transformer.weights) {
      expect(data).toEqual(again.weights.get(key)!.data);
    }
  });

  it("goes on from any state as if it had not stopped", async () => {
    const recipe = parseRecipe({ ...SHORT, epochs: 2 });
    const whole = await train(task, recipe, { backend, learning });
    const states: TrainingState[] = [];
    await train(task, recipe, {
      backend,
      learning,
      checkpoint: (state) => void states.push(state()),
    });
    const rest = await train(task, recipe, { backend, learning, resume: () => states[0]! });
    expect(rest.state).toEqual(whole.state);
    const other = { ...states[0]!, weights: new Float32Array(3) };
    const refused = train(task, recipe, { backend, learning, resume: () => other });
    expect(await refused.catch(formatError)).toContain("belongs to another transformer");
  });
});

describe("the recipe of a compression", () => {
  it("lowers the rate as the original: by accuracies that do not rise by 1e-4", () => {
    expect(runRecipe(parseCompression(), 1)).toMatchObject({
      learningRateSchedule: "plateau",
      plateauThreshold: "absolute",
      plateauPatience: 10,
      plateauFactor: 0.75,
    });
  });
});
