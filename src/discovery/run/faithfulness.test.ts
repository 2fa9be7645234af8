import { describe, expect, it } from "vitest";
import {
  circuitFromTexts,
  circuitOf,
  emptyCircuit,
  fullGraph,
  graphCircuit,
} from "../../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { Key } from "../../rng/index.ts";
import {
  naiveLosses,
  STORED_CASES,
  storedDiscovery,
  TINY_TASKS,
  tinyTask,
} from "../fixtures.testing.ts";
import { circuitFaithfulness } from "../index.ts";

const backend = referenceBackend();

describe("the faithfulness of a circuit", () => {
  it("is 0 for the whole graph", async () => {
    for (const task of Object.values(TINY_TASKS)) {
      const whole = graphCircuit(fullGraph(task.transformer.config));
      expect(Math.abs(await circuitFaithfulness(task, whole, { backend }))).toBeLessThan(1e-15);
    }
  });

  it.each(STORED_CASES)("of the empty circuit of case %s is the original's", async (id) => {
    const { task, stored } = storedDiscovery(id);
    const found = await circuitFaithfulness(task, emptyCircuit, { backend: await wasmBackend() });
    expect(Math.abs(found - stored.allAblated)).toBeLessThan(1e-6 * Math.max(1, stored.allAblated));
  });

  it.each(Object.entries(TINY_TASKS))(
    "of any circuit is the loss of a factored pass: %s",
    async (_, task) => {
      const { edges } = fullGraph(task.transformer.config);
      const half = Key.fromSeed(8).sample(edges, Math.floor(edges.length / 2));
      const circuit = circuitOf(half.map(({ edge }) => edge));
      const kept = new Set(half.map(({ index }) => index));
      const found = await circuitFaithfulness(task, circuit, { backend });
      const expected = naiveLosses(task, backend)("faithfulness", ({ index }) =>
        kept.has(index) ? 1 : 0,
      );
      expect(Math.abs(found - expected)).toBeLessThan(1e-12);
      expect(expected).toBeGreaterThan(1e-4);
    },
  );

  it("needs the edges of the transformer", async () => {
    const edge = ["blocks.0.hook_resid_pre", "blocks.0.attn.hook_result[1]"] as const;
    const found = circuitFaithfulness(tinyTask(), circuitFromTexts([edge]), { backend });
    expect(await found.catch(formatError)).toBe(
      "E_CIRCUIT: the circuit has an edge that the model does not have — expected one of the 46 edges with q, k and v inputs — received blocks.0.hook_resid_pre->blocks.0.attn.hook_result[1]. Use expandToQkv on circuits at head granularity.",
    );
  });
});
