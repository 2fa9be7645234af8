import { describe, expect, it } from "vitest";
import type { Tensor } from "../engine/index.ts";
import { evaluate } from "./outputs.testing.ts";
import { type OutputFacts, outputAccuracy, outputLoss } from "./outputs.ts";

const numbers: OutputFacts = { categorical: false, positions: 3, outputPositions: "notFirst" };

describe("losses and accuracies of outputs", () => {
  it("leave out the first position", () => {
    const shapes = [
      [3, 1],
      [3, 1],
    ] as const;
    const loss = evaluate((x, y) => outputLoss(numbers, x, y), shapes, [9, 1, 2], [0, 1, 0]);
    expect(loss).toEqual([2]);
    const right = evaluate((x, y) => outputAccuracy(numbers, x, y), shapes, [9, 1, 2], [0, 1, 0]);
    expect(right).toEqual([0.5]);
  });

  it("take logits of the last position alone as they are", () => {
    const last: OutputFacts = { categorical: true, positions: 3, outputPositions: "last" };
    const right = (x: Tensor, y: Tensor) => outputAccuracy(last, x, y);
    expect(evaluate(right, [[1, 2], [3]], [0, 1, 0, 1], [0, 0, 1, 1, 1, 0])).toEqual([1, 0]);
    expect(evaluate(right, [[3, 2], [3]], [0, 1, 0, 1, 1, 0], [1, 1, 0])).toEqual([1]);
  });

  it("count a number as right strictly within the tolerance", () => {
    const facts: OutputFacts = { ...numbers, positions: 4 };
    const right = (x: Tensor, y: Tensor) => outputAccuracy(facts, x, y, 0.5);
    const shape = [4, 1] as const;
    expect(evaluate(right, [shape, shape], [0, 0.49, 0.5, -0.25], [0, 0, 0, 0])).toEqual([2 / 3]);
  });
});
