import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Backend,
  batchMean,
  compile,
  gradients,
  referenceBackend,
  sampleInput,
  scalar,
  sizeOf,
  square,
  sum,
  type Values,
  wasmBackend,
} from "../engine/index.ts";
import { errorOf } from "../errors/error-of.testing.ts";
import { Key } from "../rng/index.ts";
import {
  type DiscoveryFixture,
  decodeWeights,
  largestDifference,
  loadFixture,
  TINY,
  tinyTransformer,
} from "./fixtures.testing.ts";
import {
  ATTENTION_DIRECTIONS,
  constantTensors,
  type DestinationHook,
  destinationNodes,
  edgeMaskInputs,
  edgeMaskShapes,
  factoredForward,
  hookShape,
  makeTransformer,
  maskName,
  NORMALIZATIONS,
  parameterTensors,
  patchName,
  run,
  sourceHooks,
  sourceNodes,
  sourcePatchInputs,
  type Transformer,
} from "./index.ts";

const backend = referenceBackend();
const wasm = await wasmBackend();

type MaskValues = (hook: DestinationHook, source: number, head: number) => number;

/** A factored pass with corrupted patches, compiled once; the result runs it for given masks. */
function factoredRunner(
  model: Transformer,
  clean: readonly number[][],
  corrupt: readonly number[][],
  backend: Backend,
): (mask: MaskValues) => Values {
  const { config } = model;
  const positions = clean[0]!.length;
  const tokens = sampleInput("tokens", [positions]);
  const masks = edgeMaskInputs(config);
  const patches = sourcePatchInputs(config, positions);
  const { logits } = factoredForward(config, constantTensors(model), tokens, { masks, patches });
  const executable = backend.load(compile({ outputs: { logits } }));
  const { cache } = run(model, backend, { tokens: corrupt, capture: sourceHooks(config) });
  const inputs = {
    tokens: Float32Array.from(clean.flat()),
    ...Object.fromEntries(sourceHooks(config).map((h) => [patchName(h), cache.get(h)!.data])),
  };
  return (mask) => {
    const scalars = Object.fromEntries(
      [...edgeMaskShapes(config)].map(([hook, [sources = 0, heads = 1]]) => [
        maskName(hook),
        Float64Array.from({ length: sources * heads }, (_, i) =>
          mask(hook, Math.floor(i / heads), i % heads),
        ),
      ]),
    );
    return executable.run({ batch: clean.length, inputs, scalars }).logits;
  };
}

const CLEAN = [
  [0, 5, 3],
  [1, 1, 4],
];
const CORRUPT = [
  [2, 5, 0],
  [4, 3, 1],
];

describe("the edges of a transformer", () => {
  it("need at least one block", () => {
    for (const list of [sourceNodes, destinationNodes, edgeMaskShapes]) {
      expect(errorOf(() => list({ ...TINY, nLayers: 0 }))).toBe(
        "E_CONFIG: a transformer without blocks has no edges (at nLayers) — expected at least 1 — received 0",
      );
    }
  });

  it("of one block with one head run between 3 sources and 5 destinations", () => {
    const config = { ...TINY, nLayers: 1, nHeads: 1 };
    expect(sourceNodes(config).map(({ hook, head }) => [hook, head])).toEqual([
      ["blocks.0.hook_resid_pre", null],
      ["blocks.0.attn.hook_result", 0],
      ["blocks.0.hook_mlp_out", null],
    ]);
    expect(
      destinationNodes(config).map(({ hook, head, sources }) => [hook, head, sources]),
    ).toEqual([
      ["blocks.0.hook_q_input", 0, 1],
      ["blocks.0.hook_k_input", 0, 1],
      ["blocks.0.hook_v_input", 0, 1],
      ["blocks.0.hook_mlp_in", null, 2],
      ["blocks.0.hook_resid_post", null, 3],
    ]);
  });

  it.each([
    { nLayers: 2, nHeads: 4, sources: 11, destinations: 27, edges: 110 },
    { nLayers: 3, nHeads: 4, sources: 16, destinations: 40, edges: 262 },
    { nLayers: 6, nHeads: 4, sources: 31, destinations: 79, edges: 1108 },
  ])(
    "of $nLayers layers of $nHeads heads are $edges",
    ({ sources, destinations, edges, ...sizes }) => {
      const config = { ...TINY, ...sizes };
      const [from, to] = [sourceNodes(config), destinationNodes(config)];
      expect([from.length, to.length]).toEqual([sources, destinations]);
      expect(from.map(({ index }) => index)).toEqual(from.map((_, i) => i));
      expect(to.map(({ index }) => index)).toEqual(to.map((_, i) => i));
      expect(to.reduce((total, node) => total + node.sources, 0)).toBe(edges);
      const masks = [...edgeMaskShapes(config).values()];
      expect(masks.reduce((total, [n = 0, heads = 1]) => total + n * heads, 0)).toBe(edges);
    },
  );
});

describe("the factored forward pass", () => {
  const variants = NORMALIZATIONS.flatMap((normalization) =>
    ATTENTION_DIRECTIONS.map((attentionDir) => ({ normalization, attentionDir })),
  );

  it.each(variants)("keeps or corrupts everything: $normalization, $attentionDir", (variant) => {
    const model = tinyTransformer(variant);
    const factored = factoredRunner(model, CLEAN, CORRUPT, backend);
    const [clean, corrupt] = [CLEAN, CORRUPT].map(
      (tokens) => run(model, backend, { tokens }).logits.data,
    );
    expect(largestDifference(clean!, corrupt!)).toBeGreaterThan(0.1);
    expect(
      largestDifference(
        factored(() => 1),
        clean!,
      ),
    ).toBeLessThan(1e-12);
    expect(
      largestDifference(
        factored(() => 0),
        corrupt!,
      ),
    ).toBeLessThan(1e-12);
  });

  it.each(variants)("leaves positions as they are: $normalization, $attentionDir", (variant) => {
    const model = tinyTransformer(variant);
    const { config } = model;
    const positions = CLEAN[0]!.length;
    const hooks = sourceHooks(config);
    const { cache } = run(model, backend, { tokens: CORRUPT, capture: hooks });
    const draws = Key.fromSeed(6);
    const scalars = Object.fromEntries(
      [...edgeMaskShapes(config)].map(([hook, shape]) => [
        maskName(hook),
        Float64Array.from(draws.fold(hook).uniform(shape.reduce((a, b) => a * b))),
      ]),
    );
    const passed = (
      maskedAt: readonly number[] | undefined,
      patchOf: (hook: (typeof hooks)[number]) => ArrayLike<number>,
    ) => {
      const forward = factoredForward(
        config,
        constantTensors(model),
        sampleInput("tokens", [positions]),
        {
          masks: edgeMaskInputs(config),
          patches: sourcePatchInputs(config, positions),
          maskedAt,
          capture: hooks,
        },
      );
      const outputs = { logits: forward.logits, ...Object.fromEntries(forward.cache) };
      const inputs = {
        tokens: Float32Array.from(CLEAN.flat()),
        ...Object.fromEntries(hooks.map((hook) => [patchName(hook), patchOf(hook)])),
      };
      return backend.load(compile({ outputs })).run({ batch: CLEAN.length, inputs, scalars });
    };
    const corrupt = (hook: (typeof hooks)[number]) => cache.get(hook)!.data;
    const found = passed([1, 2], corrupt) as Readonly<Record<string, Values>>;
    // The same by patches that are at the first position what the sources write there in that very pass.
    const expected = passed(undefined, (hook) => {
      const width = sizeOf(hookShape(config, hook, positions).slice(1));
      const own = found[hook]!;
      return Float64Array.from(corrupt(hook), (value, i) =>
        i % (positions * width) < width ? own[i]! : value,
      );
    });
    expect(largestDifference(found.logits!, expected.logits!)).toBeLessThan(1e-12);
    expect(largestDifference(found.logits!, passed(undefined, corrupt).logits!)).toBeGreaterThan(
      0.01,
    );
  });

  it.each([3, 4, 7, 13, 18])("ablates every edge of case %i as the original does", (id) => {
    const fixture = loadFixture<DiscoveryFixture>(`discovery-${id}`);
    const model = makeTransformer(fixture.config, decodeWeights(fixture.weights));
    const { cleanTokens, corruptTokens, categorical, config } = fixture;
    const factored = factoredRunner(model, cleanTokens, corruptTokens, wasm);
    const clean = run(model, wasm, { tokens: cleanTokens }).logits.data;
    expect(
      largestDifference(
        factored(() => 1),
        clean,
      ),
    ).toBeLessThan(1e-5);
    const corrupt = run(model, wasm, { tokens: corruptTokens }).logits.data;
    expect(
      largestDifference(
        factored(() => 0),
        corrupt,
      ),
    ).toBeLessThan(3e-5);

    const sources = sourceNodes(config);
    const named = (hook: string, head: number | null) =>
      head === null ? hook : `${hook}[${head}]`;
    expect(fixture.edges).toHaveLength(110);
    for (const [from, to, faithfulness] of fixture.edges) {
      const source = sources.find(({ hook, head }) => named(hook, head) === from)!.index;
      const logits = factored((hook, u, head) => {
        const isDestination = to === hook || to === `${hook}[${head}]`;
        return isDestination && u === source ? 0 : 1;
      });
      const positions = cleanTokens[0]!.length;
      const loss = faithfulnessOf(clean, logits, config.dVocabOut, positions, categorical);
      expect(Math.abs(loss - faithfulness)).toBeLessThan(1e-6 + 1e-4 * faithfulness);
    }
  });

  it("keeps or corrupts everything whatever the sizes", () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    const sizes = fc.record({ nLayers: size(3), nHeads: size(3), dModel: size(6), dHead: size(4) });
    fc.assert(
      fc.property(sizes, (changes) => {
        const model = tinyTransformer(changes);
        const factored = factoredRunner(model, CLEAN, CORRUPT, backend);
        const [clean, corrupt] = [CLEAN, CORRUPT].map(
          (tokens) => run(model, backend, { tokens }).logits.data,
        );
        expect(
          largestDifference(
            factored(() => 1),
            clean!,
          ),
        ).toBeLessThan(1e-10);
        expect(
          largestDifference(
            factored(() => 0),
            corrupt!,
          ),
        ).toBeLessThan(1e-10);
      }),
      { numRuns: 15, seed: 1 },
    );
  });

  it("without masks is the ordinary one, whatever the patches", () => {
    const model = tinyTransformer();
    const tokens = sampleInput("tokens", [3]);
    const none = { masks: new Map(), patches: new Map() };
    const { logits } = factoredForward(model.config, constantTensors(model), tokens, none);
    const result = backend
      .load(compile({ outputs: { logits } }))
      .run({ batch: 2, inputs: { tokens: Float32Array.from(CLEAN.flat()) } });
    expect(result.logits).toEqual(run(model, backend, { tokens: CLEAN }).logits.data);
  });

  it("needs patches only for what the masked destinations read", () => {
    const patch = (hook: "blocks.0.hook_resid_pre" | "blocks.0.attn.hook_result") =>
      [hook, sampleInput(hook, hookShape(TINY, hook, 3))] as const;
    const build = (hook: DestinationHook, patches: Parameters<typeof patch>[0][]) =>
      errorOf(() =>
        factoredForward(TINY, parameterTensors(TINY), sampleInput("tokens", [3]), {
          masks: new Map([[hook, scalar("mask", edgeMaskShapes(TINY).get(hook)!)]]),
          patches: new Map(patches.map(patch)),
        }),
      );
    expect(build("blocks.0.hook_k_input", ["blocks.0.hook_resid_pre"])).toBe("accepted");
    expect(
      build("blocks.0.hook_mlp_in", ["blocks.0.hook_resid_pre", "blocks.0.attn.hook_result"]),
    ).toBe("accepted");
    expect(build("blocks.0.hook_mlp_in", ["blocks.0.hook_resid_pre"])).toBe(
      'E_SHAPE: the patch of "blocks.0.attn.hook_result" is not usable (at blocks.0.attn.hook_result) — expected [3, 2, 5] — received nothing',
    );
  });

  it("refuses masks on what is no destination, or of the wrong shape", () => {
    const build = (hook: string, shape: number[]) =>
      errorOf(() =>
        factoredForward(TINY, parameterTensors(TINY), sampleInput("tokens", [3]), {
          masks: new Map([[hook as DestinationHook, scalar("mask", shape)]]),
          patches: sourcePatchInputs(TINY, 3),
        }),
      );
    expect(build("blocks.0.hook_resid_post", [4])).toContain(
      'E_HOOK: no destination "blocks.0.hook_resid_post". Did you mean "blocks.1.hook_resid_post"',
    );
    expect(build("blocks.1.hook_v_input", [2, 4])).toBe(
      'E_SHAPE: the mask of "blocks.1.hook_v_input" is not usable (at blocks.1.hook_v_input) — expected [4, 2] — received [2, 4]',
    );
    expect(build("blocks.1.hook_v_input", [4, 2])).toBe("accepted");
  });

  it("shows the masked inputs to captures, and acts on hooked sources", () => {
    const model = tinyTransformer();
    const { config } = model;
    const tokens = sampleInput("tokens", [3]);
    const patches = sourcePatchInputs(config, 3);
    const replacement = patches.get("blocks.0.hook_mlp_out")!;
    const { cache } = factoredForward(config, constantTensors(model), tokens, {
      masks: edgeMaskInputs(config),
      patches,
      capture: ["blocks.1.hook_q_input", "blocks.1.hook_resid_pre"],
      hooks: { "blocks.0.hook_mlp_out": () => replacement },
    });
    const source = run(model, backend, { tokens: CORRUPT, capture: sourceHooks(config) }).cache;
    const program = compile({
      outputs: {
        input: cache.get("blocks.1.hook_q_input")!,
        resid: cache.get("blocks.1.hook_resid_pre")!,
      },
    });
    const inputs = {
      tokens: Float32Array.from(CLEAN.flat()),
      ...Object.fromEntries([...source].map(([hook, { data }]) => [`patch:${hook}`, data])),
    };
    // Only the edges from the MLP of block 0 are cut; its value is already that of the other run.
    const scalars = Object.fromEntries(
      [...edgeMaskShapes(config)]
        .filter(([hook]) => program.inputs.has(maskName(hook)))
        .map(([hook, [n = 0, heads = 1]]) => [
          maskName(hook),
          Float64Array.from({ length: n * heads }, (_, i) => (Math.floor(i / heads) === 3 ? 0 : 1)),
        ]),
    );
    const used = Object.fromEntries(
      Object.entries(inputs).filter(([name]) => program.inputs.has(name)),
    );
    const { input, resid } = backend.load(program).run({ batch: 2, inputs: used, scalars });
    const copies = Float64Array.from(input, (_, i) => resid[Math.floor(i / 10) * 5 + (i % 5)]!);
    expect(largestDifference(input, copies)).toBeLessThan(1e-12);
  });

  it("is differentiable in its masks", () => {
    const model = tinyTransformer();
    const { config } = model;
    const masks = edgeMaskInputs(config);
    const hooks = [...masks.keys()];
    const patches = sourcePatchInputs(config, 3);
    const tokens = sampleInput("tokens", [3]);
    const { logits } = factoredForward(config, constantTensors(model), tokens, { masks, patches });
    const loss = batchMean(sum(square(logits)));
    const slopes = gradients(loss, [...masks.values()]);
    const outputs = { loss, ...Object.fromEntries(hooks.map((hook, i) => [hook, slopes[i]!])) };
    const executable = backend.load(compile({ outputs }));
    const { cache } = run(model, backend, { tokens: CORRUPT, capture: sourceHooks(config) });
    const inputs = {
      tokens: Float32Array.from(CLEAN.flat()),
      ...Object.fromEntries([...cache].map(([hook, { data }]) => [`patch:${hook}`, data])),
    };
    const values = Object.fromEntries(
      hooks.map((hook) => {
        const size = masks.get(hook)!.shape.reduce((a, b) => a * b, 1);
        return [maskName(hook), Key.fromSeed(4).fold(hook).uniform(size)];
      }),
    );
    const at = (scalars: typeof values): Record<string, Values> =>
      executable.run({ batch: 2, inputs, scalars });
    const found = at(values);
    for (const hook of hooks) {
      const name = maskName(hook);
      for (const i of [0, values[name]!.length - 1]) {
        const shifted = (by: number) => {
          const moved = values[name]!.map((x, j) => (i === j ? x + by : x));
          return at({ ...values, [name]: moved }).loss![0]!;
        };
        const difference = (shifted(1e-4) - shifted(-1e-4)) / 2e-4;
        const tolerance = 1e-6 * Math.abs(difference) + 1e-6;
        expect(Math.abs(found[hook]![i]! - difference)).toBeLessThan(tolerance);
      }
    }
  });
});

/** Mean over rows and positions but the first: squared error, or KL(clean ‖ patched). */
function faithfulnessOf(
  clean: Values,
  patched: Values,
  classes: number,
  positions: number,
  categorical: boolean,
): number {
  const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const logSoftmax = (row: readonly number[]): number[] => {
    const log = Math.log(total(row.map(Math.exp)));
    return row.map((x) => x - log);
  };
  const losses: number[] = [];
  for (let row = 0; row * classes < clean.length; row++) {
    if (row % positions === 0) continue;
    const range = [row * classes, (row + 1) * classes] as const;
    const [p, q] = [[...clean.slice(...range)], [...patched.slice(...range)]];
    const [logP, logQ] = [logSoftmax(p), logSoftmax(q)];
    const terms = categorical
      ? logP.map((x, i) => Math.exp(x) * (x - logQ[i]!))
      : p.map((x, i) => (x - q[i]!) ** 2);
    losses.push(total(terms));
  }
  return total(losses) / losses.length;
}
