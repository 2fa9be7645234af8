import { describe, expect, it } from "vitest";
import { wasmBackend } from "../engine/index.ts";
import { caseThree } from "../training/tasks.testing.ts";
import { constantTensors } from "../transformer/index.ts";
import { numberNodeValues, writtenColumns } from "./node-values.ts";
import { lowLevelNodes } from "./nodes.ts";

const { highLevel, tokens } = caseThree();
const { transformer } = highLevel;
const backend = await wasmBackend();
const frozen = {
  backend,
  model: { config: transformer.config, tensors: constantTensors(transformer), bindings: {} },
  tokens: backend.buffer(tokens),
  positions: 5,
};
const rows = Uint32Array.from({ length: 256 }, (_, row) => row);

/** Numbers of values in the order in which they first come. */
function numbersOf(...args: Parameters<typeof numberNodeValues>): number[] {
  const values = numberNodeValues(...args);
  const numbers = [...values.of(rows)];
  values.dispose();
  return numbers;
}

describe("what a node of a compiled transformer writes", () => {
  it("is numbered alike by all columns, and by those that it writes to", () => {
    for (const node of lowLevelNodes(transformer.config)) {
      const columns = writtenColumns(transformer, node);
      expect(columns.length).toBeLessThan(transformer.config.dModel);
      expect(numbersOf(frozen, node, columns)).toEqual(numbersOf(frozen, node));
    }
  });

  it("differs where the inputs do", () => {
    const [mlp] = lowLevelNodes(transformer.config).filter(({ hook }) => hook.includes("mlp"));
    // Which of four tokens are "x": 16 ways.
    expect(new Set(numbersOf(frozen, mlp!)).size).toBe(16);
  });
});
