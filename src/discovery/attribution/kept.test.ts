import { describe, expect, it } from "vitest";
import { wasmBackend } from "../../engine/index.ts";
import { quickOptions, TINY_TASKS } from "../fixtures.testing.ts";
import {
  allAlgorithms,
  attributeEdges,
  CLEAN_END,
  inputsPath,
  integrationPoints,
  maskPath,
} from "../index.ts";

const backend = await wasmBackend();
const all = Object.entries(TINY_TASKS);

describe("programs that are kept", () => {
  it.each(all)("compute what new ones do: %s", async (_, task) => {
    const loss = task.categorical ? "kl_div" : "mse";
    const points = integrationPoints(2, "sum");
    for (const path of [maskPath(CLEAN_END), maskPath(points), inputsPath(points)]) {
      const { key, ...anew } = path;
      expect(key).toBeDefined();
      const kept = await attributeEdges(task, loss, path, { backend });
      expect(await attributeEdges(task, loss, anew, { backend })).toEqual(kept);
      expect(await attributeEdges(task, loss, path, { backend })).toEqual(kept);
    }
  });

  const some = ["classes, causal", "classes, all positions", "classes, layer norm, bidirectional"];
  const gradientBased = allAlgorithms().filter(
    ({ needs, selection }) => needs?.gradients === true && selection !== undefined,
  );

  it.each(gradientBased)("give the same bits in any order of tasks: $name", async (algorithm) => {
    const options = quickOptions(algorithm);
    const scoresOf = async (name: string) => {
      return [...(await algorithm.discover(TINY_TASKS[name]!, options, { backend })).scores];
    };
    const first = new Map<string, unknown>();
    for (const name of some) first.set(name, await scoresOf(name));
    for (const name of some.toReversed()) expect(await scoresOf(name)).toEqual(first.get(name));
    expect(new Set([...first.values()].map((scores) => JSON.stringify(scores))).size).toBe(3);
  });
});
