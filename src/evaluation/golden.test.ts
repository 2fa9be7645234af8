import { describe, expect, it } from "vitest";
import { formatNode } from "../circuit/index.ts";
import { type Backend, referenceBackend, wasmBackend } from "../engine/index.ts";
import { meanPositional } from "../interventions/index.ts";
import { loadGolden } from "../training/golden.testing.ts";
import { constantEffects, nodeEffects } from "./index.ts";
import { loadSubject } from "./subject.ts";

/** Relative; absolute where the value is 0. */
const TOLERANCE = 1e-4;

const BACKENDS: readonly (readonly [string, () => Backend | Promise<Backend>])[] = [
  ["reference", referenceBackend],
  ["wasm", wasmBackend],
];

const difference = (received: number | undefined, expected: number) =>
  Math.abs((received ?? Number.NaN) - expected) / Math.max(Math.abs(expected), 1);

describe.each([3, 13] as const)("node effects of case %i after one step", (id) => {
  const { task, trained, base, source, stored } = loadGolden(id);
  const pairs = { base, source, weights: new Float64Array(base.length).fill(1) };
  const inputs = { rows: base, weights: pairs.weights };

  // The reference is slow; the smaller case is enough to show that it agrees.
  it.each(id === 3 ? BACKENDS : BACKENDS.slice(1))("are the original's on %s", async (_, make) => {
    const backend = await make();
    const options = { backend, pairs, inputs, compat: true };
    const { rows } = nodeEffects(trained, task, options);
    expect(rows.map(({ text }) => text).sort()).toEqual(Object.keys(stored.nodeEffects).sort());
    for (const { text, resample, mean, zero } of rows) {
      const expected = stored.nodeEffects[text]!;
      const found = { resample_accuracy: resample, mean, zero };
      for (const [name, value] of Object.entries(found)) {
        expect(difference(value, expected[name]!), `${name} of ${text}`).toBeLessThan(TOLERANCE);
      }
    }
    const subject = loadSubject(trained, task, backend, { countsFirst: true });
    for (const [text, { wrong }] of constantEffects(subject, inputs, meanPositional, 0.05)) {
      const expected = stored.nodeEffects[text]!.mean_nonrelative!;
      expect(difference(wrong, expected), `wrong of ${text}`).toBeLessThan(TOLERANCE);
    }
  });

  it("lists the nodes outside the circuit first", () => {
    const { rows } = nodeEffects(trained, task, { backend: referenceBackend(), ablations: [] });
    const outside = stored.outsideNodes.map(formatNode);
    expect(rows.map(({ text }) => text).slice(0, outside.length)).toEqual(outside);
    expect(rows.map(({ status }) => status)).toEqual([
      ...outside.map(() => "not_in_circuit"),
      "in_circuit",
      "in_circuit",
    ]);
  });
});

/**
 * `kl_div_self` divides small divergences, which the original sums in float32 as p·(log p − log q):
 * after one step p and q are nearly equal, and its own rounding is half a per cent. Both backends
 * agree with each other far better.
 */
const METRIC_TOLERANCES = { kl_div: 1e-4, kl_div_self: 6e-3 } as const;

describe.each(["kl_div", "kl_div_self"] as const)("the resample effect by %s", (metric) => {
  const { task, trained, base, source, stored } = loadGolden(13);
  const pairs = { base, source, weights: new Float64Array(base.length).fill(1) };
  const effects = async (make: () => Backend | Promise<Backend>) => {
    const options = { backend: await make(), pairs, metric, ablations: ["resample"] } as const;
    return nodeEffects(trained, task, options).rows;
  };

  it("is the original's, and the same on every backend", async () => {
    const [exact, fast] = [await effects(referenceBackend), await effects(wasmBackend)];
    for (const [i, { text, resample }] of exact.entries()) {
      const expected = stored.nodeEffects[text]![`resample_${metric}`]!;
      expect(difference(resample, expected), text).toBeLessThan(METRIC_TOLERANCES[metric]);
      expect(difference(fast[i]!.resample, resample!), text).toBeLessThan(TOLERANCE);
    }
  });
});
