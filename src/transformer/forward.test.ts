import { describe, expect, it } from "vitest";
import { compile, constant, referenceBackend, sampleInput, wasmBackend } from "../engine/index.ts";
import { TorchRandom } from "../rng/index.ts";
import {
  type DiscoveryFixture,
  decodeWeights,
  expectClose,
  largestDifference,
  loadFixture,
  SCALED,
  type SiitFixture,
  tinyTransformer,
} from "./fixtures.testing.ts";
import {
  ACTIVATIONS,
  ATTENTION_DIRECTIONS,
  attentionSublayer,
  block,
  constantTensors,
  embedTokens,
  forward,
  forwardFrom,
  type HookName,
  initializeTransformer,
  makeTransformer,
  mlpSublayer,
  NORMALIZATIONS,
  type ResidualHook,
  run,
  torchNormals,
  unembed,
} from "./index.ts";
import { naiveLogits } from "./naive.testing.ts";

const backend = referenceBackend();
const backends = [
  // float64: what is left is the rounding of the recorded float32 values.
  { backend, name: backend.name, tolerance: 1e-5 },
  // float32 on both sides; logits and scores reach 10 to 100.
  { backend: await wasmBackend(), name: "wasm", tolerance: 3e-5 },
];
const TOKENS = [
  [0, 5, 3, 2],
  [1, 1, 4, 0],
];

describe("a transformer's forward pass", () => {
  it("of no blocks adds the two embeddings and unembeds them", () => {
    const model = tinyTransformer({ nLayers: 0 });
    const { logits } = run(model, backend, { tokens: TOKENS });
    expect(logits.shape).toEqual([2, 4, 8]);
    const expected = TOKENS.flatMap((row) => naiveLogits(model, row).flat());
    expect(largestDifference(logits.data, expected)).toBeLessThan(1e-12);
  });

  it("of one position, one head and width one is the one of the equations", () => {
    const sizes = { nLayers: 1, nHeads: 1, dModel: 1, dHead: 1, dMlp: 1, nCtx: 1, dVocabOut: 1 };
    const model = tinyTransformer(sizes);
    const { logits } = run(model, backend, { tokens: [[2]] });
    expect(logits.shape).toEqual([1, 1, 1]);
    expect(logits.data[0]).toBeCloseTo(naiveLogits(model, [2])[0]![0]!, 10);
  });

  const variants = NORMALIZATIONS.flatMap((normalization) =>
    ATTENTION_DIRECTIONS.flatMap((attentionDir) =>
      ACTIVATIONS.map((actFn) => ({ normalization, attentionDir, actFn })),
    ),
  );
  it.each(variants)(
    "follows the equations with $normalization, $attentionDir, $actFn",
    (variant) => {
      const model = tinyTransformer(variant);
      const { logits } = run(model, backend, { tokens: TOKENS });
      const expected = TOKENS.flatMap((row) => naiveLogits(model, row).flat());
      expect(largestDifference(logits.data, expected)).toBeLessThan(1e-9);
    },
  );

  const optional = Object.entries(SCALED).map(([key, value]) => [key, { [key]: value }] as const);
  it.each([...optional, ["all of them", SCALED] as const])(
    "follows the equations with %s",
    (_, changes) => {
      const normalization = "LNPre";
      const model = tinyTransformer({ normalization, ...changes });
      const plain = run(tinyTransformer({ normalization }), backend, { tokens: TOKENS });
      const scores = (["blocks.0", "blocks.1"] as const).map(
        (block): HookName => `${block}.attn.hook_attn_scores`,
      );
      const expected = TOKENS.flatMap((row) => naiveLogits(model, row).flat());
      expect(largestDifference(plain.logits.data, expected)).toBeGreaterThan(1e-3);
      for (const capture of [[], scores]) {
        const { logits } = run(model, backend, { tokens: TOKENS, capture });
        expect(largestDifference(logits.data, expected)).toBeLessThan(1e-9);
      }
    },
  );

  it("gives the last position's logits alone when only they are asked for", () => {
    for (const normalization of NORMALIZATIONS) {
      const model = tinyTransformer({ normalization });
      const all = run(model, backend, { tokens: TOKENS }).logits;
      const last = run(model, backend, { tokens: TOKENS, logitsAt: "last" }).logits;
      expect(last.shape).toEqual([2, 1, 8]);
      expect(largestDifference(last.data.slice(8), all.data.slice(56))).toBeLessThan(1e-12);
    }
  });

  it("reads sparse constants like parameters", () => {
    const model = tinyTransformer();
    const weights = constantTensors(model, { sparse: true });
    const { logits } = forward(model.config, weights, sampleInput("tokens", [4]));
    const result = backend
      .load(compile({ outputs: { logits } }))
      .run({ batch: 2, inputs: { tokens: Float32Array.from(TOKENS.flat()) } });
    const expected = run(model, backend, { tokens: TOKENS }).logits.data;
    expect(largestDifference(result.logits, expected)).toBe(0);
  });

  it("is the same when it is restarted at any point of the residual stream", () => {
    const { config, ...model } = tinyTransformer({ normalization: "LNPre" });
    const weights = constantTensors({ config, ...model });
    const starts = [0, 1].flatMap((l) =>
      (["hook_resid_pre", "hook_resid_mid", "hook_resid_post"] as const).map(
        (hook): ResidualHook => `blocks.${l}.${hook}`,
      ),
    );
    const whole = forward(config, weights, sampleInput("tokens", [4]), { capture: starts });
    const outputs = {
      whole: whole.logits,
      ...Object.fromEntries(
        starts.map((start) => [
          start,
          forwardFrom(config, weights, start, whole.cache.get(start)!, { capture: [start] }).logits,
        ]),
      ),
    };
    const inputs = { tokens: Float32Array.from(TOKENS.flat()) };
    const result = backend.load(compile({ outputs })).run({ batch: 2, inputs });
    for (const values of Object.values(result)) expect(values).toEqual(result.whole);
  });

  it("can be put together from its parts", () => {
    const { config, ...model } = tinyTransformer();
    const weights = constantTensors({ config, ...model });
    const tokens = sampleInput("tokens", [3]);
    const first = block(config, weights, 0, embedTokens(config, weights, tokens));
    const mid = attentionSublayer(config, weights, 1, first);
    const parts = unembed(config, weights, mlpSublayer(config, weights, 1, mid));
    const whole = forward(config, weights, tokens).logits;
    const inputs = { tokens: Float32Array.of(3, 2, 1) };
    const result = backend.load(compile({ outputs: { parts, whole } })).run({ batch: 1, inputs });
    expect(result.parts).toEqual(result.whole);
  });

  it("refuses tokens and residual streams that do not fit", () => {
    const { config, ...model } = tinyTransformer();
    const weights = constantTensors({ config, ...model });
    for (const shape of [[0], [5], [2, 2], []]) {
      expect(() => forward(config, weights, sampleInput("tokens", shape))).toThrowError(
        expect.objectContaining({ code: "E_SHAPE", expected: "[pos] with 1 ≤ pos ≤ 4" }),
      );
    }
    const resid = constant(new Float64Array(8), [2, 4]);
    expect(() => forwardFrom(config, weights, "blocks.1.hook_resid_mid", resid)).toThrowError(
      expect.objectContaining({ code: "E_SHAPE", expected: "[pos, 5]", received: "[2, 4]" }),
    );
    expect(() =>
      forward(config, new Map([...weights].slice(1)), sampleInput("tokens", [2])),
    ).toThrowError(expect.objectContaining({ code: "E_WEIGHTS", at: "embed.W_E" }));
  });
});

describe.each([3, 13])("the initial weights of case %i", (id) => {
  it("are those that torch draws with seed 0", () => {
    const fixture = loadFixture<SiitFixture>(`siit-${id}`);
    const { weights } = initializeTransformer(fixture.config, torchNormals(new TorchRandom(0)));
    expect([...weights.keys()]).toEqual(Object.keys(fixture.initWeights));
    for (const [key, weight] of weights) expectClose(weight, fixture.initWeights[key]!, 1e-6);
  });
});

describe.each(backends)("on the $name backend", ({ backend, tolerance }) => {
  it.each([3, 13])(
    "the fresh and the compiled model of case %i give the original's logits",
    (id) => {
      const fixture = loadFixture<SiitFixture>(`siit-${id}`);
      const tokens = fixture.baseTokens;
      const ll = initializeTransformer(fixture.config, torchNormals(new TorchRandom(0)));
      expectClose(run(ll, backend, { tokens }).logits, fixture.initLogits, tolerance);
      const hl = makeTransformer(fixture.hlConfig, decodeWeights(fixture.hlWeights));
      expectClose(run(hl, backend, { tokens }).logits, fixture.hlLogits, tolerance);
    },
  );

  it.each([3, 13])("the compiled model of case %i has the original's activations", (id) => {
    const fixture = loadFixture<SiitFixture>(`siit-${id}`);
    const hl = makeTransformer(fixture.hlConfig, decodeWeights(fixture.hlWeights));
    const { logits, ...activations } = fixture.activations;
    const capture = Object.keys(activations) as HookName[];
    const result = run(hl, backend, { tokens: fixture.activationTokens, capture });
    expectClose(result.logits, logits!, tolerance);
    expect(capture).toHaveLength(2 + 9 * fixture.hlConfig.nLayers);
    for (const name of capture) expectClose(result.cache.get(name)!, activations[name]!, tolerance);
  });

  it.each([3, 4, 7, 13, 18])("the trained model of case %i gives the original's logits", (id) => {
    const fixture = loadFixture<DiscoveryFixture>(`discovery-${id}`);
    const model = makeTransformer(fixture.config, decodeWeights(fixture.weights));
    const clean = run(model, backend, { tokens: fixture.cleanTokens });
    expectClose(clean.logits, fixture.cleanLogits, tolerance);
    const corrupt = run(model, backend, { tokens: fixture.corruptTokens });
    expectClose(corrupt.logits, fixture.corruptLogits, tolerance);
  });
});
