import { describe, expect, it } from "vitest";
import { Key } from "../rng/index.ts";
import { TINY } from "./fixtures.testing.ts";
import { initializeSteps, initializeTransformer, keyNormals, type Weight } from "./index.ts";

describe("fresh weights", () => {
  it("are drawn one by one in steps, and are the same as all at once", () => {
    const normals = keyNormals(Key.fromSeed(1));
    const steps = initializeSteps(TINY, normals);
    let count = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) count++;
    const weights: ReadonlyMap<string, Weight> = step.value.weights;
    expect(count).toBe(weights.size);
    expect(step.value).toEqual(initializeTransformer(TINY, normals));
  });
});
