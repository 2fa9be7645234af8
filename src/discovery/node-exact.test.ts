import { describe, expect, it } from "vitest";
import { components, formatNode, fullGraph } from "../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../engine/index.ts";
import { makeTransformer } from "../transformer/index.ts";
import { naiveLosses, TINY_TASKS, tinyTask } from "./fixtures.testing.ts";
import { exact, measureNodes, nodeExact } from "./index.ts";

const backend = referenceBackend();
const tasks = Object.entries(TINY_TASKS);

describe("exact node patching", () => {
  it.each(tasks)("is the effect of ablating the whole row of a node: %s", async (_, task) => {
    const graph = fullGraph(task.transformer.config);
    const loss = naiveLosses(task, backend);
    const clean = loss("faithfulness", () => 1);
    const [reference, fast] = [
      await measureNodes(task, "faithfulness", { backend }),
      await measureNodes(task, "faithfulness", { backend: await wasmBackend() }),
    ];
    for (const [i, node] of components(graph).map(formatNode).entries()) {
      const isOut = (source: number) => formatNode(graph.sources[source]!.node) === node;
      const lost = loss("faithfulness", ({ source }) => (isOut(source) ? 0 : 1));
      expect(Math.abs(reference[i]! - (lost - clean))).toBeLessThan(1e-10 * Math.max(1, lost));
      expect(Math.abs(fast[i]! - reference[i]!)).toBeLessThan(1e-4 * Math.max(0.1, lost));
    }
  });

  it("is the sum of the effects of a node's edges where everything is linear", async () => {
    const task = tinyTask({ nLayers: 1, dVocabOut: 3 });
    const { config, weights } = task.transformer;
    // Heads that look nowhere in particular, and no MLPs: the output is linear in what heads write.
    const isOff = (key: string) => /attn\.[Wb]_[QK]$|mlp\.[Wb]_out$/.test(key);
    const linear = [...weights].map(([key, { shape, data }]) => {
      return [key, { shape, data: isOff(key) ? data.map(() => 0) : data }] as const;
    });
    const all = { ...task, transformer: makeTransformer(config, new Map(linear)) };
    const edges = await exact.discover(all, { loss: "avg_diff" }, { backend });
    const nodes = await nodeExact.discover(all, { loss: "avg_diff" }, { backend });
    for (const [node, effect] of nodes.effects!) {
      if (!Number.isFinite(effect)) continue;
      const own = [...edges.effects!].filter(([text]) => text.startsWith(`${node}->`));
      expect(own.length).toBeGreaterThan(0);
      expect(effect).toBeCloseTo(
        own.reduce((sum, [, one]) => sum + one, 0),
        10,
      );
    }
  });

  it("finds nothing where clean and corrupted inputs are the same", async () => {
    const { cleanTokens, ...task } = tinyTask();
    const same = { ...task, cleanTokens, corruptedTokens: cleanTokens };
    const effects = await measureNodes(same, "kl_div", { backend });
    expect(Math.max(...effects.map(Math.abs))).toBeLessThan(1e-13);
  });
});
