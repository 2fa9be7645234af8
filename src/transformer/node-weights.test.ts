import { describe, expect, it } from "vitest";
import { getCase, highLevelModel } from "../cases/index.ts";
import { referenceBackend, type Values } from "../engine/index.ts";
import { errorOf } from "../errors/error-of.testing.ts";
import { SCALED, TINY, tinyTransformer } from "./fixtures.testing.ts";
import { type HookName, type NamedMatrix, nodeWeights, run, type Transformer } from "./index.ts";

/** The entries that are not 0, by names. */
const entriesOf = ({ rows, columns, values }: NamedMatrix) =>
  Object.fromEntries(
    rows.flatMap((row, i) =>
      columns.flatMap((column, j) => {
        const value = values[i * columns.length + j]!;
        return value === 0 ? [] : [[`${row} → ${column}`, value]];
      }),
    ),
  );

describe("the weights of nodes between named directions", () => {
  const { compiled, transformer } = highLevelModel(getCase("3"));
  const weightsOf = (hook: HookName, head: number | null = null) =>
    nodeWeights(transformer, { hook, head }, compiled.residualLabels);

  it("say what a compiled MLP reads and writes", () => {
    const [input, output] = weightsOf("blocks.0.hook_mlp_out");
    expect(entriesOf(input!)).toEqual({ "tokens:x → neuron 0": 1 });
    expect(entriesOf(output!)).toEqual({ "neuron 0 → is_x_3": 1 });
    expect(weightsOf("blocks.0.mlp.hook_post")).toEqual([input, output]);
  });

  it("say what a compiled head selects, and moves", () => {
    const [scores, values] = weightsOf("blocks.1.attn.hook_result", 0);
    expect(entriesOf(values!)).toEqual({ "is_x_3 → frac_prevs_1": 1 });
    expect(scores).toMatchObject({ title: "QK", axes: ["query", "key"] });
    // Tracr's selectors score 100 / √dHead, and half of it for the BOS that empty selections fall back to.
    const selected = 100 / Math.sqrt(transformer.config.dHead);
    const indices = [0, 1, 2, 3];
    const pairs = indices.flatMap((query) =>
      indices
        .filter((key) => key <= query)
        .map((key) => [`indices:${query} → indices:${key}`, expect.closeTo(selected, 4)]),
    );
    expect(entriesOf(scores!)).toEqual({
      ...Object.fromEntries(pairs),
      "one → tokens:BOS": expect.closeTo(selected / 2, 4),
    });
  });

  it("are those by which scores and results come about, whatever the scale", () => {
    const { attnScale, scaleAttnByInverseLayerIdx } = SCALED;
    const model = withoutBiases(tinyTransformer({ attnScale, scaleAttnByInverseLayerIdx }));
    const { dModel } = TINY;
    const labels = Array.from({ length: dModel }, (_, i) => `d${i}`);
    const hook = "blocks.1.attn.hook_result";
    const [QK, OV] = nodeWeights(model, { hook, head: 1 }, labels);
    expect(QK!.rows).toEqual(labels);
    const at = ["blocks.1.hook_resid_pre", "blocks.1.attn.hook_attn_scores"] as const;
    const more = ["blocks.1.attn.hook_pattern", hook] as const;
    const tokens = [[0, 3, 1, 5]];
    const { cache } = run(model, referenceBackend(), { tokens, capture: [...at, ...more] });
    const [resid, scores, pattern, result] = [...at, ...more].map((name) => cache.get(name)!.data);
    const [query, key, positions, heads] = [3, 2, 4, 2];
    const row = (position: number) => resid!.subarray(position * dModel, (position + 1) * dModel);
    const place = (positions + query) * positions + key;
    expect(bilinear(row(query), QK!.values, row(key))).toBeCloseTo(scores![place]!, 6);
    for (let d = 0; d < dModel; d++) {
      let sum = 0;
      for (let from = 0; from < positions; from++) {
        const unit = labels.map((_, i) => (i === d ? 1 : 0));
        const weight = pattern![(positions + query) * positions + from]!;
        sum += weight * bilinear(row(from), OV!.values, unit);
      }
      expect(sum).toBeCloseTo(result![(query * heads + 1) * dModel + d]!, 6);
    }
  });

  it("have the biases of an MLP as a row", () => {
    const model = tinyTransformer();
    const labels = Array.from({ length: TINY.dModel }, (_, i) => `d${i}`);
    const [input, output] = nodeWeights(
      model,
      { hook: "blocks.1.hook_mlp_out", head: null },
      labels,
    );
    const dataOf = (name: string) => Array.from(model.weights.get(`blocks.1.mlp.${name}`)!.data);
    expect([...input!.values]).toEqual([...dataOf("W_in"), ...dataOf("b_in")]);
    expect([...output!.values]).toEqual([...dataOf("W_out"), ...dataOf("b_out")]);
    expect(input!.rows.at(-1)).toBe("bias");
  });

  it("are refused for what has none, and without a name for each direction", () => {
    expect(errorOf(() => weightsOf("hook_embed"))).toContain("E_HOOK: only heads and MLPs");
    expect(errorOf(() => weightsOf("blocks.0.attn.hook_result", 7))).toContain(
      "received blocks.0.attn.hook_result[7]",
    );
    const node = { hook: "blocks.0.hook_mlp_out", head: null } as const;
    expect(errorOf(() => nodeWeights(transformer, node, ["a"]))).toBe(
      "E_SHAPE: every direction of the residual stream has a name — expected 13 names — received 1",
    );
  });
});

function withoutBiases({ config, weights }: Transformer): Transformer {
  const entries = Array.from(weights, ([key, { shape, data }]) => {
    return [key, { shape, data: key.includes(".b_") ? data.map(() => 0) : data }] as const;
  });
  return { config, weights: new Map(entries) };
}

/** `a M bᵀ` for a square matrix. */
function bilinear(a: ArrayLike<number>, matrix: Values, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) sum += a[i]! * matrix[i * b.length + j]! * b[j]!;
  }
  return sum;
}
