import { describe, expect, it } from "vitest";
import { fullGraph } from "../../circuit/index.ts";
import { referenceBackend, sizeOf, wasmBackend } from "../../engine/index.ts";
import { Key } from "../../rng/index.ts";
import { run } from "../../transformer/index.ts";
import { lossByHand, naiveLosses, TINY_TASKS, tinyTask } from "../fixtures.testing.ts";
import { edgeScheme } from "../masks/edge-scheme.ts";
import { INITIAL_MASK_LOGIT } from "../masks/hard-concrete.ts";
import { maskCount, maskSlots } from "../masks/masked-run.ts";
import { nodeScheme } from "../masks/node-scheme.ts";
import type { MaskObjective } from "../masks/objective.ts";
import { binaryDraw, probe, randomDraw, SCHEMES } from "./probing.testing.ts";

const backend = referenceBackend();
const tasks = SCHEMES.flatMap(([name, scheme]) =>
  Object.entries(TINY_TASKS).map(([what, task]) => [`${name}, ${what}`, scheme, task] as const),
);

/** The objective whose distance is the `faithfulness` loss. */
const OWN_OUTPUT = ({ categorical }: { categorical: boolean }): MaskObjective => ({
  metric: categorical ? "kl" : "l2",
  target: "model",
});

const configOf = (nLayers: number, nHeads: number) =>
  tinyTask({ nLayers, nHeads }).transformer.config;

describe("the masks", () => {
  it.each([
    [2, 26, 110, 137],
    [6, 78, 1108, 1187],
  ])("of %i layers of 4 heads are %i nodes and %i edges", (nLayers, nodes, edges, original) => {
    const config = configOf(nLayers, 4);
    expect(maskCount(nodeScheme, config)).toBe(nodes);
    expect(maskCount(edgeScheme, config)).toBe(edges);
    // The original masks the edges of the position embedding, too: one into every destination.
    expect(edges + fullGraph(config).destinations.length).toBe(original);
  });

  it("follow each other without gaps", () => {
    for (const [, scheme] of SCHEMES) {
      const slots = maskSlots(scheme, configOf(3, 2));
      expect(slots[0]!.start).toBe(0);
      for (const [i, { shape, start, end }] of slots.entries()) {
        expect(end - start).toBe(sizeOf(shape));
        if (i > 0) expect(start).toBe(slots[i - 1]!.end);
      }
    }
  });
});

describe("the penalty", () => {
  const task = tinyTask();

  it.each(SCHEMES)("is 0.96114 in the beginning: %s", async (_, scheme) => {
    const start = randomDraw(task, scheme, 1);
    const maskLogits = Array.from(start.maskLogits, () => INITIAL_MASK_LOGIT);
    const [values] = await probe(task, scheme, OWN_OUTPUT(task), backend, [
      { ...start, maskLogits },
    ]);
    expect(values!.penalty).toBeCloseTo(0.96114, 5);
    expect(values!.loss).toBeCloseTo(values!.distance + start.lambda * values!.penalty, 14);
  });

  it.each(SCHEMES)(
    "weighs all mask tensors the same, whatever their size: %s",
    async (_, scheme) => {
      const draw = randomDraw(task, scheme, 2);
      const [values] = await probe(task, scheme, OWN_OUTPUT(task), backend, [draw]);
      const means = maskSlots(scheme, task.transformer.config).map(({ start, end }) => {
        let sum = 0;
        for (let i = start; i < end; i++) {
          sum += 1 / (1 + Math.exp(-(draw.maskLogits[i]! + (2 / 3) * Math.log(11))));
        }
        return sum / (end - start);
      });
      const expected = means.reduce((sum, mean) => sum + mean, 0) / means.length;
      expect(Math.abs(values!.penalty - expected)).toBeLessThan(1e-14);
    },
  );
});

describe("the distance under masks", () => {
  it.each(tasks)("is 0 where all are 1: %s", async (_, scheme, task) => {
    const count = maskCount(scheme, task.transformer.config);
    const draw = binaryDraw(new Array<number>(count).fill(1));
    const [on] = await probe(task, scheme, OWN_OUTPUT(task), backend, [draw]);
    expect(Math.abs(on!.distance)).toBeLessThan(1e-14);
  });

  it.each(Object.entries(TINY_TASKS))(
    "is that of the corrupted run where those of all edges are 0: %s",
    async (_, task) => {
      const count = maskCount(edgeScheme, task.transformer.config);
      const draw = binaryDraw(new Array<number>(count).fill(0));
      const [off] = await probe(task, edgeScheme, OWN_OUTPUT(task), backend, [draw]);
      const logits = (tokens: Int32Array) => {
        const rows = Array.from({ length: task.rows }, (_, row) =>
          tokens.subarray(row * task.positions, (row + 1) * task.positions),
        );
        return run(task.transformer, backend, { tokens: rows }).logits.data;
      };
      const [clean, corrupted] = [logits(task.cleanTokens), logits(task.corruptedTokens)];
      const expected = lossByHand(task, "faithfulness", clean, corrupted);
      expect(expected).toBeGreaterThan(1e-4);
      expect(Math.abs(off!.distance - expected)).toBeLessThan(1e-12);
    },
  );

  it.each(tasks)("is that of the circuit they stand for: %s", async (_, scheme, task) => {
    const { config } = task.transformer;
    const graph = fullGraph(config);
    const slots = maskSlots(scheme, config);
    for (const seed of [1, 2, 3]) {
      const masks = Float64Array.from(Key.fromSeed(seed).bernoulli(maskCount(scheme, config), 0.6));
      const [found] = await probe(task, scheme, OWN_OUTPUT(task), backend, [binaryDraw(masks)]);
      const values = new Map(
        slots.map(({ hook, start, end }) => [hook, masks.subarray(start, end)]),
      );
      const edges = scheme.edgeValues(graph, values);
      const expected = naiveLosses(task, backend)("faithfulness", ({ index }) => edges[index]!);
      expect(Math.abs(found!.distance - expected)).toBeLessThan(1e-12);
    }
  });
});

describe("the gradient of the loss in θ", () => {
  const objectives = (categorical: boolean): MaskObjective[] => [
    { metric: "l2", target: "labels" },
    { metric: categorical ? "kl" : "l2", target: "model" },
    ...(categorical ? [{ metric: "kl", target: "labels" } as const] : []),
  ];

  it.each(tasks)("is the slope of finite differences: %s", async (_, scheme, task) => {
    for (const objective of objectives(task.categorical)) {
      const draw = randomDraw(task, scheme, 4);
      const count = draw.maskLogits.length;
      const places = [0, 1, Math.floor(count / 2), count - 2, count - 1];
      const step = 1e-5;
      const shifted = places.flatMap((place) =>
        [step, -step].map((shift) => ({
          ...draw,
          maskLogits: Array.from(draw.maskLogits, (x, i) => (i === place ? x + shift : x)),
        })),
      );
      const [own, ...others] = await probe(task, scheme, objective, backend, [draw, ...shifted]);
      for (const [i, place] of places.entries()) {
        const [above, below] = [others[2 * i]!.loss, others[2 * i + 1]!.loss];
        const slope = (above - below) / (2 * step);
        expect(Math.abs(own!.slopes[place]! - slope)).toBeLessThan(
          1e-7 * Math.max(1, Math.abs(slope)),
        );
      }
      expect(own!.slopes.filter((slope) => Math.abs(slope) > 1e-4).length).toBeGreaterThan(3);
    }
  });

  it.each(tasks)("is the same on both backends: %s", async (_, scheme, task) => {
    const objective = OWN_OUTPUT(task);
    const draw = randomDraw(task, scheme, 5);
    const [expected] = await probe(task, scheme, objective, backend, [draw]);
    const [found] = await probe(task, scheme, objective, await wasmBackend(), [draw]);
    const largest = Math.max(...expected!.slopes.map(Math.abs));
    expect(Math.abs(found!.loss - expected!.loss)).toBeLessThan(1e-5 * expected!.loss);
    found!.slopes.forEach((slope, i) => {
      expect(Math.abs(slope - expected!.slopes[i]!)).toBeLessThan(1e-5 * largest);
    });
  });
});
