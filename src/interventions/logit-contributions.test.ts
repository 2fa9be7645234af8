import { describe, expect, it } from "vitest";
import { compileCase, getCase, highLevelModel } from "../cases/index.ts";
import { referenceBackend, wasmBackend } from "../engine/index.ts";
import { tinyTransformer } from "../transformer/fixtures.testing.ts";
import { run, type Transformer, type TransformerConfig } from "../transformer/index.ts";
import { BIASES, logitContributions } from "./logit-contributions.ts";

const backend = referenceBackend();
const tokens = [
  [0, 1, 2, 3],
  [5, 4, 0, 1],
];

/** The sum over writers, `[row, pos, dVocabOut]`. */
function total({ shape, data }: ReturnType<typeof logitContributions>): number[] {
  const [rows, writers, positions, outputs] = shape;
  const size = positions * outputs;
  return Array.from({ length: rows * size }, (_, i) => {
    const [row, place] = [Math.floor(i / size), i % size];
    let sum = 0;
    for (let u = 0; u < writers; u++) sum += data[(row * writers + u) * size + place]!;
    return sum;
  });
}

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

describe("contributions to the logits", () => {
  const shapes: readonly (readonly [string, Partial<TransformerConfig>])[] = [
    ["without normalisation", {}],
    ["with LNPre", { normalization: "LNPre" }],
    ["of one block and one head", { nLayers: 1, nHeads: 1 }],
  ];
  it.each(shapes)("add up to them %s", (_, changes) => {
    const found = logitContributions(tinyTransformer(changes), backend, { tokens });
    expect(found.writers.at(0)).toBe("hook_embed");
    expect(found.writers.at(-1)).toBe(BIASES);
    expect(largestGap(total(found), found.logits)).toBeLessThan(1e-12);
  });

  it("add up to them in float32, too", async () => {
    const transformer = tinyTransformer({ normalization: "LNPre" });
    const found = logitContributions(transformer, await wasmBackend(), { tokens });
    expect(largestGap(total(found), found.logits)).toBeLessThan(1e-5);
  });

  it("add up to what a soft cap is applied to", () => {
    const cap = 0.9;
    const found = logitContributions(tinyTransformer({ outputLogitsSoftCap: cap }), backend, {
      tokens,
    });
    const capped = total(found).map((y) => cap * Math.tanh(y / cap));
    expect(largestGap(capped, found.logits)).toBeLessThan(1e-12);
  });

  it("are what an intervention on the last sublayer changes, where nothing is normalised", () => {
    const transformer = tinyTransformer();
    const mlp = "blocks.1.hook_mlp_out";
    const { writers, shape, data, logits } = logitContributions(transformer, backend, { tokens });
    const without = run(withoutLastMlp(transformer), backend, { tokens }).logits.data;
    const [rows, count, positions, outputs] = shape;
    const size = positions * outputs;
    const start = writers.indexOf(mlp) * size;
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < size; i++) {
        const change = logits[row * size + i]! - without[row * size + i]!;
        expect(data[row * count * size + start + i]!).toBeCloseTo(change, 10);
      }
    }
  });

  it("are those of the output variable alone in a compiled transformer", () => {
    const case_ = getCase("3");
    const { transformer } = highLevelModel(case_, compileCase(case_));
    const input = [[0, 2, 3, 2, 4]];
    const { writers, shape, data, logits } = logitContributions(transformer, backend, {
      tokens: input,
    });
    const size = shape[2] * shape[3];
    const of = (text: string) => data.subarray(writers.indexOf(text) * size).subarray(0, size);
    expect(largestGap(of("blocks.1.attn.hook_result[0]"), logits)).toBeLessThan(1e-12);
    expect(largestGap(of("blocks.0.hook_mlp_out"), new Float64Array(size))).toBe(0);
  });
});

function withoutLastMlp({ config, weights }: Transformer): Transformer {
  const isOut = (key: string) => /^blocks\.1\.mlp\.[Wb]_out$/.test(key);
  const changed = Array.from(weights, ([key, { shape, data }]) => {
    return [key, { shape, data: isOut(key) ? data.map(() => 0) : data }] as const;
  });
  return { config, weights: new Map(changed) };
}
