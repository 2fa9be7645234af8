import { describe, expect, it } from "vitest";
import { circuitFromTexts, fullGraph } from "../../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../../engine/index.ts";
import { naiveLosses, storedDiscovery, tinyTask } from "../fixtures.testing.ts";
import { circuitFaithfulness, scoreDiscovery } from "../index.ts";
import { edgeMasks } from "./edge-masks.testing.ts";

describe("masks that an algorithm of one's own learns", () => {
  it("leave the transformer as it is where few masks cost nothing", async () => {
    const task = tinyTask();
    const options = { penalty: 0, steps: 40, threshold: 0.5 };
    const { circuit } = await edgeMasks.discover(task, options, { backend: referenceBackend() });
    expect(circuit!.edges.size).toBeGreaterThan(
      fullGraph(task.transformer.config).edges.length / 2,
    );
  });

  it("are fewer, and farther from the whole output, the more they cost", async () => {
    const task = tinyTask();
    const backend = referenceBackend();
    const of = async (penalty: number) => {
      const options = { penalty, steps: 60, threshold: 0.5 };
      const { circuit, diagnostics } = await edgeMasks.discover(task, options, { backend });
      const loss = naiveLosses(task, backend)("faithfulness", ({ text }) =>
        circuit!.edges.has(text) ? 1 : 0,
      );
      expect(diagnostics.faithfulness).toBeCloseTo(loss, 10);
      expect(await circuitFaithfulness(task, circuit!, { backend })).toBeCloseTo(loss, 10);
      return { edges: circuit!.edges.size, loss };
    };
    const [cheap, dear] = [await of(0.1), await of(10)];
    expect(dear.edges).toBeLessThan(cheap.edges);
    expect(dear.loss).toBeGreaterThan(cheap.loss);
  });

  it("find the circuit of a transformer with a known one", async () => {
    const { task, stored } = storedDiscovery("3");
    const edges = stored.truth.map((text) => text.split("->") as [string, string]);
    const backend = await wasmBackend();
    const discovery = await edgeMasks.discover(task, {}, { backend });
    const { auroc } = scoreDiscovery(discovery, circuitFromTexts(edges), task.transformer.config);
    expect(auroc.edges).toBeGreaterThan(0.8);
    expect(discovery).toMatchObject({ ranks: "edges", diagnostics: { backwardPasses: 200 } });
  });
});
