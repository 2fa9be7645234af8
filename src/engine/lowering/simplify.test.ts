import { describe, expect, it } from "vitest";
import * as e from "../index.ts";
import { simplify } from "./simplify.ts";

const valuesOf = (tensor: e.Tensor): number[] => {
  if (tensor.op.kind !== "constant") throw new Error(`expected a constant, not ${tensor.op.kind}`);
  return [...tensor.op.values];
};

describe("a simplified program", () => {
  it("has constants where all operands were", () => {
    const product = e.einsum("ij,jk->ik", e.constant([1, 2], [1, 2]), e.constant([3, 4], [2, 1]));
    expect(
      valuesOf(e.runSteps(simplify(e.compile({ outputs: { product } }))).outputs.product),
    ).toEqual([11]);
  });

  it("takes a product with zeros for zeros without multiplying, constants too", () => {
    const infinite = [Number.POSITIVE_INFINITY, Number.NaN];
    const others = [e.constant(infinite, [2, 1]), e.parameter("w", [2, 1])];
    for (const other of others) {
      const product = e.einsum("ij,jk->ik", e.fill(0, [3, 2]), other);
      const program = e.runSteps(simplify(e.compile({ outputs: { product } })));
      expect(valuesOf(program.outputs.product)).toEqual([0, 0, 0]);
      expect(program.order).toHaveLength(1);
    }
  });
});
