import { describe, expect, it } from "vitest";
import {
  type Backend,
  compile,
  referenceBackend,
  runSteps,
  sampleInput,
  wasmBackend,
} from "../engine/index.ts";
import { errorOf } from "../errors/error-of.testing.ts";
import { tinyTransformer } from "./fixtures.testing.ts";
import {
  assertFiniteWeights,
  type CheckedRun,
  constantTensors,
  countNonFinite,
  makeTransformer,
  parameterTensors,
  prepareFiniteCheck,
  type Transformer,
  type TransformerConfig,
} from "./index.ts";

const wasm = await wasmBackend();

/** The tiny transformer with some values of one weight replaced. */
function withValues(key: string, values: Readonly<Record<number, number>>): Transformer {
  const { config, weights } = tinyTransformer();
  const { shape, data } = weights.get(key)!;
  const changed = data.slice();
  for (const [at, value] of Object.entries(values)) changed[Number(at)] = value;
  return makeTransformer(config, new Map([...weights, [key, { shape, data: changed }]]));
}

/** What a check of a transformer says about rows of three tokens; of weights that are no constants, too. */
function checked({ config, weights }: Transformer, rows: readonly number[][], backend = wasm) {
  const run = { load: backend.load, config, positions: 3 };
  const bindings = Object.fromEntries(
    [...weights].map(([key, { data }]) => [key, backend.buffer(data)]),
  );
  const bound = { tensors: parameterTensors(config), bindings, key: JSON.stringify(config) };
  const ofConstants = { tensors: constantTensors({ config, weights }), bindings: {} };
  const [said, alike] = [ofConstants, bound].map((model) => saidOf({ ...run, ...model }, rows));
  expect(alike).toBe(said);
  return said;
}

function saidOf(run: CheckedRun, rows: readonly number[][]) {
  const check = prepareFiniteCheck(run);
  const tokens = Float32Array.from(rows.flat());
  const nameOf = (row: number) => `row ${row}`;
  return errorOf(() => runSteps(check({ tokens, count: rows.length, nameOf })));
}

describe("weights that are not finite", () => {
  it("are named with their place, and counted", () => {
    const { weights } = withValues("blocks.1.mlp.W_in", { 9: Number.NaN, 12: Infinity });
    expect(errorOf(() => assertFiniteWeights(weights))).toBe(
      'E_NUMBER: the weight "blocks.1.mlp.W_in" holds values that are not finite (at blocks.1.mlp.W_in[1, 2]) — expected finite numbers — received NaN, and 1 more of 35. Did training diverge, or was the file damaged?',
    );
    expect(errorOf(() => assertFiniteWeights(tinyTransformer().weights))).toBe("accepted");
  });
});

describe.each<readonly [string, Backend]>([
  ["reference", referenceBackend()],
  ["wasm", wasm],
])("values that are not finite on %s", (_, backend) => {
  it("are counted exactly", () => {
    const executable = backend.load(
      compile({ outputs: { count: countNonFinite(sampleInput("x", [2, 2])) } }),
    );
    const rows = [
      [0, -0, 3.4e38, -3.4e38],
      [Number.NaN, 1, 1, 1],
      [Infinity, -Infinity, Number.NaN, 0],
    ];
    const { count } = executable.run({
      batch: 3,
      inputs: { x: Float64Array.from(rows.flat()) },
    });
    expect([...count]).toEqual([0, 1, 3]);
  });

  it("are found in a forward pass at the first hook point, row and position", () => {
    const broken = withValues("embed.W_E", { 21: Number.NaN });
    expect(
      checked(
        broken,
        [
          [0, 1, 2],
          [0, 3, 4],
        ],
        backend,
      ),
    ).toBe(
      "E_NUMBER: a forward pass gives values that are not finite (at hook_embed, row 1, position 2) — expected finite numbers — received NaN. Numbers beyond 3.4e38 overflow float32: are the weights very large?",
    );
    expect(checked(broken, [[0, 1, 2]], backend)).toBe("accepted");
  });
});

describe("a forward pass that overflows float32", () => {
  it("is refused where the first value does", () => {
    const large = withValues("blocks.1.mlp.b_in", { 4: 3e38 });
    const twice = { ...large, weights: new Map(large.weights) };
    const { shape, data } = large.weights.get("blocks.1.mlp.W_out")!;
    twice.weights.set("blocks.1.mlp.W_out", { shape, data: data.map((x) => 100 * x) });
    expect(checked(twice, [[0, 1, 2]])).toContain(
      "(at blocks.1.hook_mlp_out, row 0, position 0) — expected finite numbers — received ",
    );
  });

  it("is noticed where nothing behind it shows it", () => {
    const { config, weights } = tinyTransformer({ actFn: "relu" });
    const { shape, data } = weights.get("blocks.0.mlp.W_in")!;
    const steep = new Map([
      ...weights,
      ["blocks.0.mlp.W_in", { shape, data: data.map(() => -3e38) }] as const,
      ["blocks.0.mlp.b_in", { shape: [7], data: new Float32Array(7).fill(-3e38) }] as const,
    ]);
    expect(checked(makeTransformer(config, steep), [[0, 1, 2]])).toContain("blocks.0.mlp.hook_pre");
  });

  it("is no masked attention score, and no large finite value", () => {
    expect(checked(tinyTransformer(), [[0, 1, 2]])).toBe("accepted");
    expect(checked(tinyTransformer({ normalization: "LNPre" }), [[0, 1, 2]])).toBe("accepted");
    expect(checked(withValues("unembed.b_U", { 0: 3e38 }), [[0, 1, 2]])).toBe("accepted");
  });

  it.each<Partial<TransformerConfig>>([
    {},
    { actFn: "relu" },
    { normalization: "LNPre" },
    { attentionDir: "bidirectional" },
    { outputLogitsSoftCap: 2, attnScoresSoftCap: 2 },
  ])("is noticed the same by fewer sums, whichever weights make it: %o", (facts) => {
    const { config, weights } = tinyTransformer(facts);
    const refused = new Set<string>();
    for (const [key, { shape, data }] of weights) {
      if (key.startsWith("blocks.1")) continue;
      const changed = new Map([...weights, [key, { shape, data: data.map(() => 3e38) }]]);
      if (checked(makeTransformer(config, changed), [[0, 1, 2]]) !== "accepted") refused.add(key);
    }
    expect([...refused]).toEqual(expect.arrayContaining(["embed.W_E", "blocks.0.attn.W_V"]));
  });
});
