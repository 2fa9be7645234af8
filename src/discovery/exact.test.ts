import { describe, expect, it } from "vitest";
import { fullGraph } from "../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../engine/index.ts";
import {
  naiveLosses,
  STORED_CASES,
  storedDiscovery,
  TINY_TASKS,
  tinyTask,
} from "./fixtures.testing.ts";
import {
  attributeEdges,
  CLEAN_END,
  exact,
  LOSSES,
  type LossName,
  maskPath,
  measureEdges,
} from "./index.ts";

const backend = referenceBackend();
const wasm = await wasmBackend();

describe("exact edge patching", () => {
  it.each(STORED_CASES)("measures what the original measures on case %s", async (id) => {
    const { task, stored } = storedDiscovery(id);
    const { effects } = await exact.discover(task, {}, { backend: wasm });
    const largest = Math.max(...stored.exact.map(Math.abs));
    // The divergences of case 7 are so small that float32 cannot tell most of them from 0.
    const noise = id === "7" ? 2e-5 * largest : 1e-6 * largest;
    for (const [place, [from, to]] of stored.order.entries()) {
      const [found, wanted] = [effects!.get(`${from}->${to}`)!, stored.exact[place]!];
      expect(Math.abs(found - wanted)).toBeLessThan(noise);
      if (id !== "7" && Math.abs(wanted) > 1e-3 * largest) {
        expect(Math.abs(found - wanted)).toBeLessThan(1e-4 * Math.abs(wanted));
      }
    }
  });

  it.each(Object.entries(TINY_TASKS))("equals whole factored passes: %s", async (_, task) => {
    const { edges } = fullGraph(task.transformer.config);
    const lossOf = naiveLosses(task, backend);
    const wrong: readonly LossName[] = task.categorical ? ["mae", "mse"] : ["kl_div", "avg_diff"];
    for (const loss of LOSSES.filter((name) => !wrong.includes(name))) {
      const effects = await measureEdges(task, loss, { backend });
      const clean = lossOf(loss, () => 1);
      for (const index of [0, 3, Math.floor(edges.length / 2), edges.length - 1]) {
        const without = lossOf(loss, (edge) => (edge.index === index ? 0 : 1));
        expect(Math.abs(effects[index]! - (without - clean))).toBeLessThan(1e-11);
      }
    }
  });

  it.each(["kl_div", "avg_diff"] as const)(
    "is 0 in single precision where inputs are equal: %s",
    async (loss) => {
      const task = tinyTask({ dVocabOut: 3, nLayers: 2 });
      const same = { ...task, corruptedTokens: task.cleanTokens };
      expect(new Set(await measureEdges(same, loss, { backend: wasm }))).toEqual(new Set([0]));
    },
  );

  it("is what attribution estimates: their difference is of second order in the corruption", async () => {
    const task = tinyTask({ dVocabOut: 3, initializerRange: 0.05 });
    const measured = await measureEdges(task, "avg_diff", { backend });
    const estimated = await attributeEdges(task, "avg_diff", maskPath(CLEAN_END), { backend });
    const largest = Math.max(...measured.map(Math.abs));
    const outputs = fullGraph(task.transformer.config).edges.filter(
      ({ edge: [, to] }) => to.hook === "blocks.1.hook_resid_post",
    );
    expect(largest).toBeGreaterThan(0);
    for (const { index } of outputs) {
      expect(Math.abs(measured[index]! - estimated[index]!)).toBeLessThan(1e-10);
    }
  });

  it("selects circuits like the other algorithms that score", async () => {
    const { circuit, scores, diagnostics } = await exact.discover(
      tinyTask(),
      { edgeCount: 3, normalize: true },
      { backend },
    );
    expect(circuit!.edges.size).toBe(3);
    expect([Math.min(...scores.values()), Math.max(...scores.values())]).toEqual([0, 1]);
    expect(diagnostics.evaluations).toBe(46);
    expect(diagnostics.faithfulness).toBeGreaterThan(0);
  });
});
