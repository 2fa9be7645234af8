import { describe, expect, it } from "vitest";
import * as e from "../index.ts";
import { lower } from "./lower.ts";
import { OPCODES } from "./steps.ts";

/** What is done for a tile, instruction by instruction. */
function stepsOf(outputs: Record<string, e.Tensor>): string[] {
  const { perTile } = lower(e.compile({ outputs }));
  const steps: string[] = [];
  for (let at = 0; at < perTile.length; at += 2 + perTile[at + 1]!)
    steps.push(OPCODES[perTile[at]!]!);
  return steps;
}

describe("the gradient of a bias", () => {
  const [x, y] = [e.sampleInput("x", [3, 4]), e.sampleInput("y", [3, 2, 5])];
  const [w, b, c] = [
    e.parameter("w", [2, 4, 5]),
    e.parameter("b", [2, 5]),
    e.parameter("c", [3, 1, 5]),
  ];
  const sums = (parameters: e.Tensor[]) => {
    const z = e.add(e.add(e.einsum("pd,hde->phe", x, w), b), c);
    const gradients = e.gradients(e.batchSum(e.sum(e.mul(z, y))), parameters);
    const steps = stepsOf(Object.fromEntries(gradients.map((gradient, i) => [`g${i}`, gradient])));
    return steps.filter((step) => step === "batchSum" || step === "contractReduced");
  };

  it("is summed where the weights' gradient reads the same", () => {
    expect(sums([w, b])).toEqual(["contractReduced"]);
    expect(sums([b, w])).toEqual(["contractReduced"]);
  });

  it("is summed by itself where it is alone, or a sum over other axes", () => {
    expect(sums([b])).toEqual(["batchSum"]);
    expect(sums([w, c]).toSorted()).toEqual(["batchSum", "contractReduced"]);
  });
});
