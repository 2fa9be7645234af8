import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fullGraph } from "../../circuit/index.ts";
import { wasmBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { getAblation } from "../../interventions/index.ts";
import { quickOptions, tinyTask } from "../fixtures.testing.ts";
import {
  allAlgorithms,
  type DiscoveryTask,
  defineAlgorithm,
  edgeScores,
  type TaskNeeds,
} from "../index.ts";

const context = { backend: await wasmBackend() };

/** An algorithm with these needs, that fails if it is run. */
function needing(needs: TaskNeeds, ablations?: readonly string[]) {
  return defineAlgorithm({
    name: "needy",
    title: "Needy",
    summary: "Needs something.",
    reference: undefined,
    maturity: { tier: "experimental", verifiedOn: [] },
    granularity: "qkv",
    produces: ["scores"],
    options: z.object({}),
    needs: { ...(ablations === undefined ? {} : { ablations }), of: () => needs },
    discover: async ({ transformer }) => {
      const graph = fullGraph(transformer.config);
      return {
        circuit: undefined,
        scores: edgeScores(
          graph,
          graph.edges.map(() => 1),
        ),
        effects: undefined,
        diagnostics: { evaluations: 0, backwardPasses: 0, faithfulness: undefined },
      };
    },
  });
}

const { targets: _, corruptedTokens: __, corruptedTargets: ___, ...bare } = tinyTask();
const errorOf = (needs: TaskNeeds, ablations?: readonly string[], task: DiscoveryTask = bare) =>
  needing(needs, ablations)
    .discover(task, {}, context)
    .then(() => "accepted", formatError);

describe("what an algorithm needs", () => {
  it("is nothing but clean inputs, unless it says so", async () => {
    expect(await errorOf({})).toBe("accepted");
    expect(await errorOf({ loss: "faithfulness" })).toBe("accepted");
  });

  it("is refused by name where it is missing, with its key in files", async () => {
    expect(await errorOf({ loss: "kl_div" })).toBe(
      'E_TASK: the discovery task is not usable (at targets) — expected [row, pos] targets, which the loss "kl_div" needs — received nothing. In a file of prompts they are the key "targets".',
    );
    expect(await errorOf({ answers: { foils: 'the algorithm "needy"' } })).toBe(
      'E_TASK: the discovery task is not usable (at foils) — expected [row, pos] targets, which the algorithm "needy" needs — received nothing. In a file of prompts they are the key "foils".',
    );
    expect(await errorOf({ corruptedInputs: true })).toBe(
      'E_TASK: there is nothing to compare the inputs with (at corruptedTokens) — expected a corrupted input for each clean one, which the algorithm "needy" needs — received nothing. In a file of prompts they are the key "corrupted".',
    );
    expect(await errorOf({ ablation: getAblation("resample") })).toContain(
      'which the ablation "resample" needs',
    );
    expect(await errorOf({ ablation: getAblation("zero") })).toBe("accepted");
  });

  it("is a loss for the task's outputs", async () => {
    expect(await errorOf({ loss: "mae" })).toContain(
      'E_LOSS: the loss "mae" does not fit the task',
    );
  });

  it("says which ablations can be made", async () => {
    expect(await errorOf({ ablation: getAblation("zero") }, ["resample", "mean"])).toBe(
      'E_OPTION: the algorithm "needy" cannot make this ablation (at ablation) — expected resample or mean — received zero',
    );
    const whole = tinyTask();
    expect(await errorOf({ ablation: getAblation("resample") }, ["resample"], whole)).toBe(
      "accepted",
    );
  });

  it("takes foils in place of corrupted targets", async () => {
    const { targets, corruptedTargets } = tinyTask();
    const loss = "avg_diff";
    expect(await errorOf({ loss }, undefined, { ...bare, targets: targets! })).toContain(
      '(at corruptedTargets) — expected [row, pos] targets, which the loss "avg_diff" needs',
    );
    const task = { ...bare, targets: targets!, foils: corruptedTargets! };
    expect(await errorOf({ loss }, undefined, task)).toBe("accepted");
  });

  it.each(allAlgorithms())("of $name says whether it takes gradients", async (algorithm) => {
    const task = tinyTask();
    const { diagnostics } = await algorithm.discover(task, quickOptions(algorithm), context);
    expect(diagnostics.backwardPasses > 0).toBe(algorithm.needs?.gradients === true);
  });

  it.each(["acdc", "eap", "exact", "sp"])(
    "of %s are corrupted inputs, under its ablation",
    async (name) => {
      const algorithm = allAlgorithms().find((one) => one.name === name)!;
      const { corruptedTokens: _, ...task } = tinyTask({ nLayers: 1 });
      const of = (options: Record<string, unknown>) =>
        algorithm.discover(task, options, context).then(() => "accepted", formatError);
      expect(await of({})).toContain('which the ablation "resample" needs');
      expect(await of({ ablation: "mean" })).toBe("accepted");
    },
  );
});
