import { describe, expect, it } from "vitest";
import * as e from "../index.ts";
import { lower, lowerSteps } from "./lower.ts";
import { PART_WORK } from "./parts.ts";

const WIDTH = 512;

/** Products with `layers` square matrices, one after the other. */
function deepProgram(layers: number) {
  let x = e.sampleInput("x", [WIDTH]);
  const matrix = e.parameter("matrix", [WIDTH, WIDTH]);
  for (let i = 0; i < layers; i++) x = e.gelu(e.einsum("i,ij->j", x, matrix));
  return e.compile({ outputs: { x } });
}

describe("lowering in steps", () => {
  it("looks at one node in a step, and comes to the same", () => {
    const program = deepProgram(20);
    const steps = lowerSteps(program);
    let count = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) count++;
    // Twice for what is read, then to simplify and to schedule them.
    expect(count).toBeGreaterThanOrEqual(4 * program.order.length);
    expect(step.value).toEqual(lower(deepProgram(20)));
    expect(lowerSteps(program).next().done).toBe(true);
  });

  it("cuts what is done for a tile into parts of bounded work, in order", () => {
    const { parts, perTile, work } = lower(deepProgram(20));
    expect(parts.length).toBeGreaterThan(3);
    let end = 0;
    for (const part of parts) {
      expect(part.start).toBe(end);
      // An instruction begins a part that was not full yet.
      expect(part.work).toBeLessThan(PART_WORK + WIDTH * WIDTH + 100 * WIDTH);
      end += part.words;
    }
    expect(end).toBe(perTile.length);
    expect(parts.reduce((total, part) => total + part.work, 0)).toBeGreaterThan(work);
    expect(lower(deepProgram(1)).parts).toHaveLength(1);
  });
});
