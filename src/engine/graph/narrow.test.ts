import { describe, expect, it } from "vitest";
import * as e from "../index.ts";
import { OP_CASES } from "../op-cases.testing.ts";
import { prepare } from "../op-harness.testing.ts";
import { withoutUnread } from "./narrow.ts";
import { topologicalOrder } from "./tensor.ts";

const reference = e.referenceBackend();
const wasm = await e.wasmBackend();

/** Values of outputs on a backend. */
function valuesOf(
  outputs: Readonly<Record<string, e.Tensor>>,
  values: Readonly<Record<string, Float64Array>>,
  batch: number,
  backend: e.Backend,
) {
  const executable = backend.load(e.compile({ outputs }));
  const inputs = Object.fromEntries(
    [...executable.program.inputs.keys()].map((name) => [name, values[name]!]),
  );
  const results = executable.run({ batch, inputs });
  executable.dispose();
  return Object.values(results).map((result) => [...result]);
}

/** The shapes of what a graph contracts to. */
const contracted = (output: e.Tensor) =>
  topologicalOrder([output]).flatMap(({ op, shape }) => (op.kind === "contract" ? [shape] : []));

describe("graphs without what nobody reads", () => {
  it("have the same values, whatever part of whatever operation is read", () => {
    let narrowed = 0;
    for (const opCase of OP_CASES) {
      const { program, values, batch } = prepare(opCase, 2);
      const y = program.outputs.y!;
      const parts = y.shape.flatMap((size, axis) =>
        size < 2 ? [] : [e.slice(y, axis, size - 1, size), e.slice(y, axis, 0, 1)],
      );
      const wanted = parts.map((part, i) => [`${i}`, part] as const);
      const outputs = wanted.map(([name, part]) => [name, withoutUnread([part])[0]!] as const);
      narrowed += wanted.filter(([, part], i) => outputs[i]![1].op.kind !== part.op.kind).length;
      if (wanted.length === 0) continue;
      const run = (some: typeof wanted, backend: e.Backend) =>
        valuesOf(Object.fromEntries(some), values, batch, backend);
      const expected = run(wanted, reference);
      expect(run(outputs, reference), opCase.name).toEqual(expected);
      const close = run(outputs, wasm).map((list) => list.map((x, i) => [x, i] as const));
      for (const [k, list] of close.entries()) {
        for (const [x, i] of list) {
          const y = expected[k]![i]!;
          if (!Number.isNaN(y))
            expect(Math.abs(x - y), opCase.name).toBeLessThan(2e-5 * (1 + Math.abs(y)));
        }
      }
    }
    expect(narrowed).toBeGreaterThan(100);
  });

  it("read the last row of causal attention with the queries of that row alone", () => {
    const [x, W] = [e.sampleInput("x", [6, 4]), e.parameter("W", [4, 4])];
    const q = e.einsum("pd,de->pe", x, W);
    const pattern = e.softmax(e.einsum("qe,ke->qk", q, x), { causal: true });
    const z = e.einsum("qk,ke->qe", pattern, x);
    const row = (i: number) => withoutUnread([e.slice(z, 0, i, i + 1)])[0]!;
    expect(contracted(row(5))).toEqual([
      [1, 4],
      [1, 6],
      [1, 4],
    ]);
    // Another row sees some of the keys alone, which no operation says of one row.
    expect(contracted(row(4))).toEqual([
      [6, 4],
      [6, 6],
      [1, 4],
    ]);
  });

  it("have the same gradients, of nodes that are kept, too", () => {
    const flat = e.parameter("flat", [32]);
    const [W, V] = [0, 16].map((at) => e.reshape(e.slice(flat, 0, at, at + 16), [4, 4])) as [
      e.Tensor,
      e.Tensor,
    ];
    const x = e.sampleInput("x", [6, 4]);
    const hidden = e.tanh(e.add(x, e.einsum("pd,de->pe", x, W)));
    const pattern = e.softmax(e.einsum("qe,ke->qk", hidden, hidden), { causal: true });
    const z = e.add(hidden, e.einsum("qk,ke->qe", pattern, e.einsum("pd,de->pe", hidden, V)));
    const out = e.gelu(e.einsum("pd,de->pe", z, W));
    const loss = e.batchMean(e.sum(e.square(e.slice(out, 0, 5, 6))));
    const [lean] = withoutUnread([loss], [W, V]);
    const own = e.gradients(loss, [W, V]);
    const leanOwn = e.gradients(lean!, [W, V]);
    const values = {
      flat: Float64Array.from({ length: 32 }, (_, i) => Math.sin(i)),
      x: Float64Array.from({ length: 72 }, (_, i) => Math.cos(3 * i)),
    };
    const run = ([a, b]: readonly e.Tensor[], l: e.Tensor) =>
      valuesOf({ a: a!, b: b!, l }, values, 3, reference).flat();
    const [expected, found] = [run(own, loss), run(leanOwn, lean!)];
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 12);
    const rowsOf = (tensors: readonly e.Tensor[]) =>
      tensors.flatMap(contracted).reduce((sum, [rows = 0]) => sum + rows, 0);
    expect(rowsOf(leanOwn)).toBeLessThan(0.8 * rowsOf(own));
  });

  it("are the same where more than half is read", () => {
    const y = e.exp(e.sampleInput("x", [5, 2]));
    const part = e.slice(y, 0, 1, 5);
    expect(withoutUnread([part])[0]).toBe(part);
  });
});
