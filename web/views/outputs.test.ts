import { describe, expect, it } from "vitest";
import { agree, isSaid, modelOutputs, saidOutputs, textsOf } from "./outputs.ts";

const numbers = { outputs: undefined };
/** Outputs behind BOS, one number each. */
const row = (...data: number[]) => ({
  shape: [1, data.length + 1, 1],
  data: Float32Array.of(0, ...data),
});

describe("numbers that are said", () => {
  it("are the same within the tolerance of evaluations, however they are shown", () => {
    const model = modelOutputs(numbers, row(0.3549, 12.34, 0.2, -0.3));
    const program = saidOutputs(numbers, row(0.3001, 12.36, 0.2, 0.3));
    expect(textsOf(model)).toEqual(["0.35", "12.3", "0.2", "−0.3"]);
    expect(textsOf(program)).toEqual(["0.3", "12.4", "0.2", "0.3"]);
    expect(model.map((one, i) => agree(one, program[i]!))).toEqual([false, true, true, false]);
  });

  it("are compared with what a program computes before that is rounded", () => {
    const [near, far] = modelOutputs(numbers, row(0.3549, 0.3549));
    expect([isSaid(near!, 1 / 3), isSaid(far!, 0.3001)]).toEqual([true, false]);
  });
});

describe("classes that are said", () => {
  const classes = { outputs: ["0.3", "0.33", '"a"'] };

  it("are the same if their ids are, not if they are numbers near each other", () => {
    const logits = { shape: [1, 4, 3], data: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0, 3) };
    const model = modelOutputs(classes, logits);
    expect(textsOf(model)).toEqual(["0.3", "0.33", '"a"']);
    const program = saidOutputs(classes, row(1, 1, 2));
    expect(model.map((one, i) => agree(one, program[i]!))).toEqual([false, true, true]);
    expect(model.map((one) => isSaid(one, 0.3))).toEqual([true, false, false]);
    expect(isSaid(model[2]!, "a")).toBe(true);
  });
});
