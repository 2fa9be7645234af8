import { describe, expect, it } from "vitest";
import { dialects, fullGraph } from "../../circuit/index.ts";
import {
  add,
  type Backend,
  mul,
  referenceBackend,
  stopGradient,
  sub,
  type Tensor,
  wasmBackend,
} from "../../engine/index.ts";
import { type Hook, type HookName, hookNames, sourceHooks } from "../../transformer/index.ts";
import { type AttributionPath, attributeEdges, CLEAN_END, maskPath } from "../index.ts";
import { CONFIG, stored, tinyModelTask } from "./tiny-model.testing.ts";

const between = (alpha: Tensor, clean: Tensor, ablated: Tensor) =>
  add(mul(clean, sub(1, alpha)), mul(ablated, alpha));

/** Token embeddings that go from the ablated ones to the clean ones: EAP-IG of Hanna et al. 2024. */
const inputsPath = (runs: AttributionPath["runs"]): AttributionPath => ({
  hooks: ({ ablated, scalar }) => ({
    hook_embed: (x) => between(scalar("alpha"), x, ablated("hook_embed")),
  }),
  differencesFrom: "clean",
  runs,
});

const inputSteps = (steps: number) =>
  Array.from({ length: steps }, (_, k) => {
    return { scalars: { alpha: 1 - k / steps }, weight: 1 / steps };
  });

/** The outputs of one layer after the other, which are constants on the way. */
function activationsPath(steps: number): AttributionPath {
  const layers = sourceHooks(CONFIG);
  return {
    hooks: ({ clean, ablated, scalar }) =>
      new Map(
        layers.map((hook): [HookName, Hook] => [
          hook,
          (x) => {
            const constant = between(scalar("alpha"), clean(hook), ablated(hook));
            return between(scalar(`on:${hook}`), x, constant);
          },
        ]),
      ),
    differencesFrom: "clean",
    runs: layers.flatMap((layer) =>
      Array.from({ length: steps }, (_, k) => ({
        scalars: {
          alpha: 1 - (k + 1) / steps,
          ...Object.fromEntries(layers.map((hook) => [`on:${hook}`, hook === layer ? 1 : 0])),
        },
        weight: 1 / (steps * layers.length),
      })),
    ),
  };
}

const graph = fullGraph(CONFIG);
const task = tinyModelTask();

describe.each<readonly [string, Backend, number]>([
  ["reference", referenceBackend(), 1e-6],
  ["wasm", await wasmBackend(), 2e-5],
])("a path of attribution is exchangeable, on %s:", (_, backend, tolerance) => {
  it.each<[string, AttributionPath]>([
    ["EAP", maskPath(CLEAN_END)],
    ["EAP-IG-inputs", inputsPath(inputSteps(5))],
    ["clean-corrupted", inputsPath([0, 1].map((alpha) => ({ scalars: { alpha }, weight: 0.5 })))],
    ["EAP-IG-activations", activationsPath(5)],
  ])("%s is what the library of that name computes, for every edge", async (name, path) => {
    const effects = await attributeEdges(task, "avg_diff", path, { backend });
    for (const edge of graph.edges) {
      const wanted = stored.edges[dialects.eap.formatEdge(edge.edge, CONFIG)]![name]!;
      // The library divides its means over the three rows by three again.
      expect(Math.abs(effects[edge.index]! / 3 - wanted)).toBeLessThan(tolerance);
    }
  });

  it("from the embeddings, integrated gradients add up to what the inputs change", async () => {
    const total = async (steps: number) => {
      const effects = await attributeEdges(task, "avg_diff", inputsPath(inputSteps(steps)), {
        backend,
      });
      const ofInput = graph.edges.filter(({ source }) => source === 0);
      return ofInput.reduce((sum, { index }) => sum + effects[index]! / 3, 0);
    };
    expect(await total(1)).toBeCloseTo(-0.666086, 4);
    expect(await total(2)).toBeCloseTo(-0.538013, 4);
    expect(await total(100)).toBeCloseTo(-0.384803, 4);
  });

  it("with hooks that hold the scales of normalisations fixed", async () => {
    const config = { ...CONFIG, normalization: "LNPre" as const };
    const normalized = tinyModelTask(config);
    const frozen: AttributionPath = {
      ...maskPath(CLEAN_END),
      hooks: () => {
        const scales = hookNames(config).filter((name) => name.endsWith("hook_scale"));
        return new Map(scales.map((name): [HookName, Hook] => [name, stopGradient]));
      },
    };
    const sum = async (path: AttributionPath) => {
      const effects = await attributeEdges(normalized, "avg_diff", path, { backend });
      return effects.reduce((total, effect) => total + effect / 3, 0);
    };
    expect(await sum(maskPath(CLEAN_END))).toBeCloseTo(0.52123, 4);
    expect(await sum(frozen)).toBeCloseTo(0.347079, 4);
  });
});
