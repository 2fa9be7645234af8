import { describe, expect, it } from "vitest";
import { z } from "zod";
import { exactAuroc, fullGraph, mergeScores } from "../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../engine/index.ts";
import { tinyTask } from "./fixtures.testing.ts";
import {
  acdc,
  acdcSweep,
  circuitFaithfulness,
  defineAlgorithm,
  edgeScores,
  getAlgorithm,
  option,
} from "./index.ts";

describe("circuit discovery, a tour", () => {
  const task = tinyTask();

  it("finds a circuit with ACDC", async () => {
    const backend = await wasmBackend();
    const { circuit, diagnostics } = await acdc.discover(task, { threshold: 0.1 }, { backend });
    expect(circuit!.edges.size).toBeGreaterThan(0);
    const again = await circuitFaithfulness(task, circuit!, { backend });
    expect(Math.abs(again - diagnostics.faithfulness!)).toBeLessThan(1e-6);
  });

  it("sweeps thresholds in one pass and ranks edges by the threshold that removes them", async () => {
    const { outcomes, scores } = await acdcSweep(task, [0.001, 0.01, 0.1], {
      backend: referenceBackend(),
    });
    const sizes = outcomes.map(({ circuit }) => circuit.edges.size);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(new Set(scores.values()).size).toBeGreaterThan(2);
  });

  it("scores edges with any algorithm and compares them with a truth", async () => {
    const { scores } = await getAlgorithm("eap").discover(
      task,
      {},
      { backend: await wasmBackend() },
    );
    const { edges } = mergeScores(scores, fullGraph(task.transformer.config));
    const [first] = [...edges].sort(([, a], [, b]) => b - a)[0]!;
    expect(exactAuroc(edges, new Set([first]))).toBe(1);
  });

  it("takes an algorithm of one's own", async () => {
    const lateness = defineAlgorithm({
      name: "lateness",
      title: "Late edges",
      summary: "Scores an edge by how late its source is computed.",
      reference: undefined,
      maturity: { tier: "experimental", verifiedOn: [] },
      granularity: "qkv",
      produces: ["scores"],
      options: z.object({ scale: option(z.number().default(2), "What depths are multiplied by") }),
      discover: async ({ transformer }, { scale }) => {
        const graph = fullGraph(transformer.config);
        const depths = graph.edges.map(({ source }) => scale * graph.sources[source]!.depth);
        return {
          circuit: undefined,
          scores: edgeScores(graph, depths),
          effects: undefined,
          diagnostics: { evaluations: 0, backwardPasses: 0, faithfulness: undefined },
        };
      },
    });
    const { scores } = await lateness.discover(task, {}, { backend: referenceBackend() });
    expect(scores.get("blocks.1.hook_mlp_out->blocks.1.hook_resid_post")).toBe(8);
  });
});
