import { describe, expect, it } from "vitest";
import { fullGraph } from "../../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { naiveLosses, TINY_TASKS, tinyTask } from "../fixtures.testing.ts";
import {
  attributeEdges,
  CLEAN_END,
  type DiscoveryTask,
  integrationPoints,
  LOSSES,
  type LossName,
  maskPath,
} from "../index.ts";

const backend = referenceBackend();
const context = { backend };
const tasks = Object.entries(TINY_TASKS);

const lossesOf = ({ categorical }: DiscoveryTask): LossName[] =>
  LOSSES.filter((loss) => !(categorical ? ["mae", "mse"] : ["kl_div", "avg_diff"]).includes(loss));

const largestGap = (a: Float64Array, b: Float64Array) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

describe("the attribution of edges", () => {
  it.each(tasks)("is the slope of the loss in the mask of each edge: %s", async (_, task) => {
    const { edges } = fullGraph(task.transformer.config);
    const lossOf = naiveLosses(task, backend);
    const [step, loss] = [1e-5, task.categorical ? "kl_div" : "mse"] as const;
    for (const alpha of [0, 0.3]) {
      const slopes = await attributeEdges(task, loss, maskPath([{ alpha, weight: 1 }]), context);
      for (const index of [
        0,
        1,
        Math.floor(edges.length / 2),
        edges.length - 2,
        edges.length - 1,
      ]) {
        const at = (shift: number) =>
          lossOf(loss, (edge) => 1 - alpha - (edge.index === index ? shift : 0));
        const slope = (at(step) - at(-step)) / (2 * step);
        expect(Math.abs(slopes[index]! - slope)).toBeLessThan(1e-7 * Math.max(1, Math.abs(slope)));
      }
    }
  });

  it.each(tasks)("adds up over the path to what ablating everything does: %s", async (_, task) => {
    const wasm = await wasmBackend();
    const lossOf = naiveLosses(task, backend);
    for (const loss of lossesOf(task).filter((name) => name !== "mae")) {
      const at = (mask: number) => lossOf(loss, () => mask);
      const change = at(0) - at(1);
      const errorWith = async (steps: number) => {
        const points = integrationPoints(steps, "trapezoid");
        return Math.abs(
          total(await attributeEdges(task, loss, maskPath(points), { backend: wasm })) - change,
        );
      };
      const [coarse, fine] = [await errorWith(128), await errorWith(256)];
      expect(fine).toBeLessThan(1e-3 * Math.max(Math.abs(change), 0.2));
      // The error is of order 1/N², down to what float32 can tell.
      expect(fine).toBeLessThan(0.27 * coarse + 2e-5 * Math.max(1, Math.abs(change)));
    }
  });

  it("adds up the points as their weights say", async () => {
    const task = tinyTask();
    const of = (points: ReturnType<typeof integrationPoints>) =>
      attributeEdges(task, "kl_div", maskPath(points), context);
    const sum = await of(integrationPoints(4, "sum"));
    const mean = await of(integrationPoints(4, "mean"));
    expect(
      largestGap(
        sum.map((score) => score / 5),
        mean,
      ),
    ).toBeLessThan(1e-12);
    const single = await of([...CLEAN_END]);
    const asPath = await of([
      { alpha: 0, weight: 1 },
      { alpha: 1, weight: 0 },
    ]);
    expect(largestGap(single, asPath)).toBeLessThan(1e-12);
  });

  it("of the faithfulness is zero at the clean run, its minimum", async () => {
    const slopes = await attributeEdges(tinyTask(), "faithfulness", maskPath(CLEAN_END), context);
    expect(Math.max(...slopes.map(Math.abs))).toBeLessThan(1e-14);
  });

  it("is zero where clean and corrupted inputs are the same", async () => {
    const { cleanTokens, ...task } = tinyTask();
    const same = { ...task, cleanTokens, corruptedTokens: cleanTokens };
    const slopes = await attributeEdges(
      same,
      "kl_div",
      maskPath(integrationPoints(2, "sum")),
      context,
    );
    expect([...slopes].every((slope) => slope === 0)).toBe(true);
  });

  it("agrees between the backends", async () => {
    const wasm = await wasmBackend();
    for (const [, task] of tasks) {
      const [loss, points] = [
        task.categorical ? "kl_div" : "mse",
        integrationPoints(2, "mean"),
      ] as const;
      const expected = await attributeEdges(task, loss, maskPath(points), context);
      const found = await attributeEdges(task, loss, maskPath(points), { backend: wasm });
      const largest = Math.max(...expected.map(Math.abs));
      expect(largestGap(found, expected)).toBeLessThan(1e-5 * largest);
    }
  });

  it("stops when it is told to", async () => {
    const aborted = { backend, signal: AbortSignal.abort(new Error("no")) };
    await expect(
      attributeEdges(tinyTask(), "kl_div", maskPath(CLEAN_END), aborted),
    ).rejects.toThrow("no");
  });
});

describe("the points of integrated gradients", () => {
  it("are both ends for one step", () => {
    expect(integrationPoints(1, "sum")).toEqual([
      { alpha: 0, weight: 1 },
      { alpha: 1, weight: 1 },
    ]);
    expect(integrationPoints(1, "trapezoid").map(({ weight }) => weight)).toEqual([0.5, 0.5]);
  });

  it("weigh 11, 1 and 1 together for 10 steps", () => {
    const weightOf = (integration: "sum" | "mean" | "trapezoid") =>
      integrationPoints(10, integration).reduce((sum, { weight }) => sum + weight, 0);
    expect(weightOf("sum")).toBe(11);
    expect(weightOf("mean")).toBeCloseTo(1, 14);
    expect(weightOf("trapezoid")).toBeCloseTo(1, 14);
  });

  it("need at least one step", () => {
    try {
      integrationPoints(0, "sum");
    } catch (error) {
      expect(formatError(error)).toBe(
        "E_OPTION: integrated gradients need steps (at integratedGradSteps) — expected a whole number of at least 1 — received 0",
      );
    }
    expect(() => integrationPoints(0, "sum")).toThrow();
  });
});
