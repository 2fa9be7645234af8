import { describe, expect, it } from "vitest";
import { fullGraph } from "../../circuit/index.ts";
import { type Binding, referenceBackend } from "../../engine/index.ts";
import { resample, runSteps, type Steps, withScope, zero } from "../../interventions/index.ts";
import { Key, TorchRandom } from "../../rng/index.ts";
import { makeTransformer } from "../../transformer/index.ts";
import { naiveLosses, TINY_TASKS, tinyTask } from "../fixtures.testing.ts";
import { legacyAcdc, legacyAcdcSweep } from "../index.ts";
import { prepareTrials } from "../trials/trials.ts";
import { legacyCuts } from "./cuts.ts";
import { shuffledPositions } from "./shuffled-positions.ts";

const backend = referenceBackend();

describe("separate embeddings", () => {
  it.each([
    [2, 137, 24],
    [6, 1187, 72],
  ])("give %i layers of 4 heads %i edges, and %i direct ones", (nLayers, edges, direct) => {
    const graph = fullGraph({ nLayers, nHeads: 4, separateEmbeddings: true });
    expect(graph.edges).toHaveLength(edges);
    const order = { names: "normal", indices: "normal", key: Key.fromSeed(0) } as const;
    const cuts = legacyCuts(graph, order);
    expect(cuts).toHaveLength(edges + direct);
    const last = cuts.slice(-2).map((cut) => graph.edges[cut.edges[0]!]!.text);
    expect(last).toEqual([
      "hook_embed->blocks.0.hook_q_input[0]",
      "hook_pos_embed->blocks.0.hook_q_input[0]",
    ]);
  });

  it.each(Object.entries(TINY_TASKS))("are one source when both are cut: %s", async (_, task) => {
    const { nLayers, nHeads } = task.transformer.config;
    const joint = fullGraph({ nLayers, nHeads });
    const graph = fullGraph({ nLayers, nHeads, separateEmbeddings: true });
    for (const ablation of [resample, zero]) {
      const lossOf = naiveLosses(task, backend, ablation === zero ? "zero" : "resample");
      await withScope(backend, (scope) => {
        const trials = runSteps(prepareTrials(scope, task, graph, "faithfulness", ablation));
        for (const [i, to] of graph.destinations.entries()) {
          const own = joint.edges.filter(({ destination }) => destination === i);
          const drawn = Key.fromSeed(i).bernoulli(own.length, 0.5);
          const cut = new Set(own.filter((_, k) => drawn[k] === 1 || k === 0).map((e) => e.source));
          // Source 0 is both embeddings; all others are one later.
          const removed = Uint8Array.from(graph.edges, ({ source, destination }) =>
            destination === i && cut.has(Math.max(0, source - 1)) ? 1 : 0,
          );
          const expected = lossOf("faithfulness", ({ source, destination }) =>
            destination === i && cut.has(source) ? 0 : 1,
          );
          expect(Math.abs(runSteps(trials.evaluate(to, removed)) - expected)).toBeLessThan(1e-11);
        }
      });
    }
  });

  it("are told apart: positions are the same in both runs, tokens are not", async () => {
    const task = tinyTask({ nHeads: 3 });
    const graph = fullGraph({ nLayers: 2, nHeads: 3, separateEmbeddings: true });
    const lossOf = naiveLosses(task, backend);
    await withScope(backend, (scope) => {
      const trials = runSteps(prepareTrials(scope, task, graph, "faithfulness", resample));
      for (const [i, to] of graph.destinations.entries()) {
        const without = (wanted: number) =>
          runSteps(
            trials.evaluate(
              to,
              Uint8Array.from(graph.edges, ({ source, destination }) =>
                destination === i && source === wanted ? 1 : 0,
              ),
            ),
          );
        const both = lossOf("faithfulness", ({ source, destination }) =>
          destination === i && source === 0 ? 0 : 1,
        );
        expect(Math.abs(without(0) - both)).toBeLessThan(1e-11);
        expect(Math.abs(without(1))).toBeLessThan(1e-12);
      }
    });
  });

  it("change nothing where there are no position embeddings", async () => {
    const task = tinyTask();
    const { config, weights } = task.transformer;
    const { shape, data } = weights.get("pos_embed.W_pos")!;
    const blind = new Map([...weights, ["pos_embed.W_pos", { shape, data: data.map(() => 0) }]]);
    const same = { ...task, transformer: makeTransformer(config, blind) };
    const sweep = (separateEmbeddings: boolean) =>
      legacyAcdcSweep(same, [0.003, 0.01], { backend }, { separateEmbeddings });
    const [apart, merged] = [await sweep(true), await sweep(false)];
    for (const [i, { circuit, faithfulness }] of merged.outcomes.entries()) {
      expect(apart.outcomes[i]!.circuit).toEqual(circuit);
      expect(apart.outcomes[i]!.faithfulness).toBeCloseTo(faithfulness, 12);
    }
    expect(apart.scores).toEqual(merged.scores);
  });

  it("are resampled from a run with permuted positions", () => {
    const task = tinyTask();
    const { positions, rows, transformer } = task;
    const { dModel } = transformer.config;
    const ablation = shuffledPositions(task, resample, backend);
    if (ablation.kind !== "run") throw new Error("no run");
    const carried = ablation.carry(undefined as never, "hook_pos_embed") as Steps<Binding>;
    const values = runSteps(carried) as ArrayLike<number>;
    const order = new TorchRandom(49).randperm(positions);
    const { data } = transformer.weights.get("pos_embed.W_pos")!;
    for (let i = 0; i < rows * positions * dModel; i++) {
      const [position, d] = [Math.floor(i / dModel) % positions, i % dModel];
      expect(values[i]).toBe(data[order[position]! * dModel + d]);
    }
    expect(shuffledPositions(task, zero, backend)).toBe(zero);
  });

  it("give scores of the edges of all algorithms", async () => {
    const { scores, circuit } = await legacyAcdc.discover(
      tinyTask(),
      { threshold: 0.003, separateEmbeddings: true },
      { backend },
    );
    expect(scores.size).toBe(46);
    for (const text of circuit!.edges.keys()) expect(text).not.toContain("hook_embed");
  });
});
