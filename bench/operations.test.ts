import { describe, expect, it } from "vitest";
import * as e from "../src/engine/index.ts";
import { lower } from "../src/engine/lowering/lower.ts";
import { CONTRACTIONS } from "./contractions.ts";
import { drawInputs, type Operation, timeOperation } from "./operation.ts";
import { ROW_OPERATIONS } from "./row-operations.ts";

const BATCH = 3;
const SMALL = ["d_model 4", "d_model 12", "10 × 20", "4 × 10 × 10", "10 × 16", "10 × 20 of 6"];
const operations = [...CONTRACTIONS, ...ROW_OPERATIONS];
const small = operations.filter(({ shape }) => SMALL.includes(shape));
const label = ({ name, shape }: Operation) => `${name}, ${shape}`;

const wasm = await e.wasmBackend();

function resultOf(operation: Operation, backend: e.Backend): e.Values {
  const program = operation.program(operation.copies);
  const inputs = drawInputs(operation, backend, BATCH);
  const executable = backend.load(program);
  return executable.run({ batch: BATCH, inputs }).result;
}

describe("the bench's operations", () => {
  it.each(small.map((o) => [label(o), o] as const))("compute what they should: %s", (_, o) => {
    const expected = resultOf(o, e.referenceBackend());
    const received = resultOf(o, wasm);
    const scale = Math.max(1, ...expected.map(Math.abs));
    expect(received).toHaveLength(expected.length);
    expected.forEach((value, i) => {
      expect(Number.isFinite(value)).toBe(true);
      expect(Math.abs(received[i]! - value) / scale).toBeLessThan(3e-6);
    });
  });

  it.each(CONTRACTIONS.map((o) => [label(o), o] as const))(
    "do the work of %s in each copy",
    (_, o) => {
      const workOf = (copies: number) => lower(o.program(copies)).work;
      expect(2 * (workOf(o.copies) - workOf(1))).toBe(o.work * (o.copies - 1));
    },
  );

  it("can be timed", async () => {
    const times = await timeOperation(small[0]!, [wasm], { rounds: 1, seconds: 0 });
    expect(Object.keys(times)).toEqual(["wasm"]);
    expect(times.wasm).not.toBeNaN();
  });
});
