import { describe, expect, it } from "vitest";
import { type Program, referenceBackend, wasmBackend } from "../engine/index.ts";
import { notingBackend } from "../engine/noting.testing.ts";
import { runSteps } from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import { highLevelLabels, labelSteps, loadHighLevel } from "./high-level.ts";
import { drawPairs } from "./pairs.ts";
import { caseThree } from "./tasks.testing.ts";

const task = caseThree();
const backend = referenceBackend();

/** Row of the input whose tokens have "x" (id 5) at these of the four places. */
const rowOf = (...places: number[]) =>
  [0, 1, 2, 3].reduce((row, place) => 4 * row + (places.includes(place) ? 3 : 0), 0);

/** Base without any "x"; source with "x" first. */
const pairs = {
  base: Uint32Array.of(rowOf(), rowOf(1)),
  source: Uint32Array.of(rowOf(0), rowOf(0, 1, 2, 3)),
};

function load(correspondence = task.correspondence) {
  const tokens = backend.buffer(task.tokens);
  return loadHighLevel({ ...task, correspondence }, pairs, backend, tokens);
}

const rounded = (values: ArrayLike<number>) => Array.from(values, (x) => Math.round(x * 1e6) / 1e6);

const rowsOf = (result: ReturnType<ReturnType<typeof load>["intervened"]>): number[][] => {
  if (!("rows" in result)) throw new Error("expected rows of a table");
  const table = "read" in result.table ? result.table.read() : result.table;
  return [...result.rows].map((row) => rounded(table.slice(5 * row, 5 * row + 5)));
};

describe("the high-level model", () => {
  it("labels every input with the fraction of x so far", () => {
    const labels = load().labels.read();
    expect(labels).toHaveLength(256 * 5);
    const at = 5 * rowOf(1);
    expect(rounded(labels.slice(at, at + 5))).toEqual([0, 0, 0.5, 0.333333, 0.25]);
  });

  it("computes with a variable of another input", () => {
    const targets = load();
    const sources = [
      [0, 1, 0.5, 0.333333, 0.25],
      [0, 1, 1, 1, 1],
    ];
    expect(rowsOf(targets.intervened(0, Uint32Array.of(0, 1)))).toEqual(sources);
    expect(rowsOf(targets.intervened(1, Uint32Array.of(1, 0)))).toEqual(sources.toReversed());
  });

  it("gives the same when asked again, in another order", () => {
    const targets = load();
    const [first] = rowsOf(targets.intervened(0, Uint32Array.of(1)));
    const [, again] = rowsOf(targets.intervened(0, Uint32Array.of(0, 1)));
    expect(again).toEqual(first);
  });

  it("is made ready in steps, and gives the same", () => {
    const ids = Uint32Array.of(0, 1);
    const lazy = load();
    const prepared = load();
    const shares = [...prepared.prepare()];
    expect(shares.length).toBeGreaterThanOrEqual(task.correspondence.length);
    for (const share of shares) expect(share).toBeLessThanOrEqual(1);
    for (const variable of [0, 1]) {
      const [a, b] = [lazy, prepared].map((targets) => rowsOf(targets.intervened(variable, ids)));
      expect(a).toEqual(b);
    }
  });

  it("labels in steps, of which the first make its program ready", async () => {
    const kernels = notingBackend(await wasmBackend({ variant: "simd" }));
    const tokens = kernels.buffer(task.tokens);
    const rows = Uint32Array.of(0, 1);
    const steps = labelSteps(task, kernels, tokens, rows);
    let count = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) count++;
    const [[program]] = kernels.calls as [[Program]];
    expect(count).toBeGreaterThan(2 * program.order.length);
    expect(step.value).toEqual(highLevelLabels(task, kernels, tokens, rows));
  });

  it("exchanges a variable of many pairs in steps, and of none twice", async () => {
    const kernels = await wasmBackend({ variant: "simd" });
    const many = drawPairs(task.multiplicity, 100_000, Key.fromSeed(1));
    const targets = loadHighLevel(task, many, kernels, kernels.buffer(task.tokens));
    runSteps(targets.prepare());
    const ids = Uint32Array.from(many.base, (_, i) => i);
    const shares = [...targets.intervenedSteps(0, ids)];
    // The runs on the bases, on the sources, and with the variable exchanged: more than a step each, or all.
    expect(shares.length).toBeGreaterThan(3);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect([...targets.intervenedSteps(0, ids)]).toEqual([]);
    kernels.dispose();
  });

  it("can do without variables", () => {
    expect(load([]).labels.read()).toHaveLength(256 * 5);
  });
});
