import { describe, expect, it } from "vitest";
import { type Circuit, dialects, fullGraph } from "../../circuit/index.ts";
import { type Backend, referenceBackend, wasmBackend } from "../../engine/index.ts";
import { naiveLosses } from "../fixtures.testing.ts";
import { eap, exact, measureEdges } from "../index.ts";
import { CONFIG, stored, tinyModelTask } from "./tiny-model.testing.ts";

const task = tinyModelTask();
const graph = fullGraph(CONFIG);
const nameOf = (edge: (typeof graph.edges)[number]) => dialects.eap.formatEdge(edge.edge, CONFIG);
const wasm = await wasmBackend();

describe.each<readonly [string, Backend, number]>([
  ["reference", referenceBackend(), 1e-6],
  ["wasm", wasm, 2e-5],
])("logit differences with foils, at the last position, on %s", (_, backend, tolerance) => {
  it("have the effects that EAP-IG estimates, and measures, for every edge", async () => {
    const { effects } = await eap.discover(task, { loss: "avg_diff" }, { backend });
    const measured = await measureEdges(task, "avg_diff", { backend });
    for (const edge of graph.edges) {
      const wanted = stored.edges[nameOf(edge)]!;
      // The library divides its means over the three rows by three again.
      expect(Math.abs(effects!.get(edge.text)! / 3 - wanted.EAP!)).toBeLessThan(tolerance);
      expect(Math.abs(measured[edge.index]! - wanted.exact!)).toBeLessThan(3 * tolerance);
    }
  });

  it("is asked for at the last position as a list, too", async () => {
    const listed = { ...task, outputPositions: [3] };
    const options = { loss: "avg_diff" } as const;
    const [a, b] = [
      await eap.discover(task, options, { backend }),
      await eap.discover(listed, options, { backend }),
    ];
    expect([...b.scores]).toEqual([...a.scores]);
  });
});

describe("circuits that EAP-IG selects", () => {
  const loss = naiveLosses(task, wasm);
  const lossOf = (circuit: Circuit) =>
    loss("avg_diff", ({ text }) => (circuit.edges.has(text) ? 1 : 0));
  const [full, empty] = [loss("avg_diff", () => 1), loss("avg_diff", () => 0)];

  it("start from its logit differences", () => {
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    expect(full).toBeCloseTo(-mean(stored.logitDifferences.clean!), 5);
    expect(empty).toBeCloseTo(-mean(stored.logitDifferences.corrupted!), 5);
  });

  it.each(stored.selections.filter(({ scores }) => scores !== "EAP-IG-inputs"))(
    "are selected and as faithful: $select by $scores, absolute $absolute",
    async ({ scores, select, absolute, sizes, faithfulness }) => {
      const algorithm = scores === "EAP" ? eap : exact;
      const { findings } = await algorithm.discover(
        task,
        { edgeCount: [...stored.counts], loss: "avg_diff", select, absolute, prune: true },
        { backend: wasm },
      );
      expect(findings.map(({ circuit }) => circuit.edges.size)).toEqual(sizes);
      for (const [i, { circuit }] of findings.entries()) {
        expect((lossOf(circuit) - empty) / (full - empty)).toBeCloseTo(faithfulness[i]!, 4);
      }
    },
  );
});
