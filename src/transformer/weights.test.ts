import { describe, expect, it } from "vitest";
import { errorOf } from "../errors/error-of.testing.ts";
import { Key, TorchRandom } from "../rng/index.ts";
import { TINY, tinyTransformer } from "./fixtures.testing.ts";
import {
  assertWeights,
  countParameters,
  type InitialScale,
  initializeTransformer,
  keyNormals,
  makeTransformer,
  torchNormals,
  type Weights,
  weightShapes,
} from "./index.ts";

describe("the weights of a transformer", () => {
  it("without blocks are the embeddings and the unembedding", () => {
    expect([...weightShapes({ ...TINY, nLayers: 0 })]).toEqual([
      ["embed.W_E", [6, 5]],
      ["pos_embed.W_pos", [4, 5]],
      ["unembed.W_U", [5, 8]],
      ["unembed.b_U", [8]],
    ]);
  });

  it("stand in the order of a TransformerLens state dict", () => {
    expect([...weightShapes({ ...TINY, nLayers: 1 })].slice(2, -2)).toEqual([
      ["blocks.0.attn.W_Q", [2, 5, 3]],
      ["blocks.0.attn.W_O", [2, 3, 5]],
      ["blocks.0.attn.b_Q", [2, 3]],
      ["blocks.0.attn.b_O", [5]],
      ["blocks.0.attn.W_K", [2, 5, 3]],
      ["blocks.0.attn.W_V", [2, 5, 3]],
      ["blocks.0.attn.b_K", [2, 3]],
      ["blocks.0.attn.b_V", [2, 3]],
      ["blocks.0.mlp.W_in", [5, 7]],
      ["blocks.0.mlp.b_in", [7]],
      ["blocks.0.mlp.W_out", [7, 5]],
      ["blocks.0.mlp.b_out", [5]],
    ]);
  });

  it("are 9,026,641 values in the published IOI transformer", () => {
    const sizes = { nLayers: 6, nHeads: 4, dModel: 64, dHead: 16, dMlp: 3072, nCtx: 1024 };
    expect(countParameters({ ...TINY, ...sizes, dVocab: 50257, dVocabOut: 50257 })).toBe(9_026_641);
  });

  it("are refused when one is missing, unknown, misshapen or not filled", () => {
    const { config, weights } = tinyTransformer();
    const changed = (
      change: (copy: Map<string, Weights extends ReadonlyMap<string, infer W> ? W : never>) => void,
    ) => {
      const copy = new Map(weights);
      change(copy);
      return errorOf(() => assertWeights(config, copy));
    };
    expect(changed((copy) => copy.delete("blocks.1.attn.b_O"))).toBe(
      'E_WEIGHTS: the weight "blocks.1.attn.b_O" is missing (at blocks.1.attn.b_O) — expected blocks.1.attn.b_O [5]',
    );
    const W_in = weights.get("blocks.1.mlp.W_in")!;
    expect(changed((copy) => copy.set("blocks.1.mlp.W_inn", W_in))).toContain(
      'no weight "blocks.1.mlp.W_inn" (at blocks.1.mlp.W_inn). Did you mean "blocks.1.mlp.W_in"',
    );
    expect(changed((copy) => copy.set("blocks.1.mlp.W_in", { ...W_in, shape: [7, 5] }))).toBe(
      'E_WEIGHTS: the weight "blocks.1.mlp.W_in" has the wrong shape (at blocks.1.mlp.W_in) — expected [5, 7] — received [7, 5]. Does the config belong to these weights?',
    );
    const short = { ...W_in, data: W_in.data.subarray(1) };
    expect(changed((copy) => copy.set("blocks.1.mlp.W_in", short))).toContain(
      "expected 35 values for [5, 7] — received 34 values",
    );
  });

  it("are put in state-dict order, and the transformer cannot be changed", () => {
    const { config, weights } = tinyTransformer();
    const model = makeTransformer({ ...config }, new Map([...weights].reverse()));
    expect([...model.weights.keys()]).toEqual([...weightShapes(config).keys()]);
    expect(Object.isFrozen(model) && Object.isFrozen(model.config)).toBe(true);
    expect(errorOf(() => makeTransformer({ ...config, nHeads: 0 }, weights))).toContain("nHeads");
  });
});

describe("initial weights", () => {
  it("are σ times the draws for every W_, in state-dict order, and 0 for biases", () => {
    const asked: string[] = [];
    const { weights } = initializeTransformer(TINY, (count, name) => {
      asked.push(name);
      return new Float64Array(count).fill(2);
    });
    expect(asked).toEqual([...weights.keys()].filter((key) => !key.includes(".b_")));
    expect(asked).toHaveLength(2 + 2 * 6 + 1);
    for (const [key, { data }] of weights) {
      expect(new Set(data)).toEqual(new Set([key.includes(".b_") ? 0 : 1]));
    }
  });

  it("from a key do not depend on other weights' sizes, from torch they do", () => {
    const draw = (dVocab: number) => {
      const config = { ...TINY, dVocab };
      return {
        key: initializeTransformer(config, keyNormals(Key.fromSeed(7))).weights,
        torch: initializeTransformer(config, torchNormals(new TorchRandom(7))).weights,
      };
    };
    const [six, nine] = [draw(6), draw(9)];
    expect(six.key.get("unembed.W_U")).toEqual(nine.key.get("unembed.W_U"));
    expect(six.torch.get("unembed.W_U")).not.toEqual(nine.torch.get("unembed.W_U"));
    expect(six.key.get("unembed.W_U")).toEqual(draw(6).key.get("unembed.W_U"));
  });

  it("have the variance that was asked for", () => {
    const config = { ...TINY, dVocab: 4000, initializerRange: 0.3 };
    const { weights } = initializeTransformer(config, keyNormals(Key.fromSeed(0)));
    const { data } = weights.get("embed.W_E")!;
    const variance = data.reduce((total, x) => total + x * x, 0) / data.length;
    expect(Math.abs(variance - 0.09)).toBeLessThan(5 * 0.09 * Math.sqrt(2 / data.length));
  });

  it("have a σ by the width, or by each matrix's inputs and the depth", () => {
    const ones = (count: number) => new Float64Array(count).fill(1);
    const config = { ...TINY, dModel: 16, nHeads: 3, dHead: 12, dMlp: 64, nLayers: 2 };
    const sigmas = (scale: InitialScale) => {
      const { weights } = initializeTransformer(config, ones, scale);
      return (key: string) => weights.get(key)!.data[0]!;
    };
    const width = sigmas("width");
    for (const key of ["embed.W_E", "blocks.1.attn.W_O", "blocks.0.mlp.W_out", "unembed.W_U"]) {
      expect(width(key)).toBe(0.25);
    }
    const fanIn = sigmas("fan-in");
    expect(["embed.W_E", "pos_embed.W_pos"].map(fanIn)).toEqual([1, 1]);
    expect(["attn.W_Q", "attn.W_V", "mlp.W_in"].map((key) => fanIn(`blocks.0.${key}`))).toEqual([
      0.25, 0.25, 0.25,
    ]);
    expect(fanIn("unembed.W_U")).toBe(0.25);
    expect(fanIn("blocks.1.attn.W_O")).toBeCloseTo(1 / 6 / 2, 7);
    expect(fanIn("blocks.1.mlp.W_out")).toBe(1 / 8 / 2);
  });

  it("are refused from a source that falls short", () => {
    expect(errorOf(() => initializeTransformer(TINY, () => new Float32Array(1)))).toBe(
      'E_RANDOM: the source of normals fell short for "embed.W_E" — expected 30 values — received 1 values',
    );
  });
});
