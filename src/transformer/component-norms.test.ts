import { expect, it } from "vitest";
import { TINY, tinyTransformer } from "./fixtures.testing.ts";
import { componentNorms, makeTransformer, weightShapes } from "./index.ts";

const squaresOf = (data: Float32Array) => data.reduce((sum, value) => sum + value * value, 0);

it("norms of components add up to that of all weights but the output biases of attention", () => {
  const transformer = tinyTransformer();
  const all = [...transformer.weights].filter(([key]) => !key.endsWith("b_O"));
  const expected = all.reduce((sum, [, { data }]) => sum + squaresOf(data), 0);
  const total = componentNorms(transformer).reduce((sum, { norm }) => sum + norm * norm, 0);
  expect(total).toBeCloseTo(expected, 6);
});

it("a head's norm is of its own slice of each weight", () => {
  const config = { ...TINY, nLayers: 1 };
  const zeros = Array.from(weightShapes(config), ([key, shape]) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    return [key, { shape, data }] as const;
  });
  const weights = new Map(zeros);
  const { shape, data } = weights.get("blocks.0.attn.W_V")!;
  data.set([3, 4], (data.length / shape[0]!) * 1);
  const norms = componentNorms(makeTransformer(config, weights)).filter(({ norm }) => norm > 0);
  expect(norms).toEqual([{ component: "blocks.0.attn.hook_result[1]", norm: 5 }]);
});
