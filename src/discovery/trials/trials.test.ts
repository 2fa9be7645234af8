import { describe, expect, it } from "vitest";
import { type ComputationalGraph, fullGraph } from "../../circuit/index.ts";
import { type Buffer, referenceBackend, runSteps } from "../../engine/index.ts";
import { resample, withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { naiveLosses, TINY_TASKS, tinyTask } from "../fixtures.testing.ts";
import { liveDestinations, liveSources } from "./reach.ts";
import type { Removed } from "./removed.ts";
import { readersOf, type SublayerState, sublayerStates } from "./sublayers.ts";
import { prepareTrials } from "./trials.ts";

const backend = referenceBackend();

/** Random cut edges into a destination, with `share` of those into all destinations behind it. */
function randomCuts(
  graph: ComputationalGraph,
  destination: number,
  share: number,
  key: Key,
): Removed {
  const [own, behind] = [
    key.fold("own").bernoulli(graph.edges.length, 0.5),
    key.fold("behind").bernoulli(graph.edges.length, share),
  ];
  const { depth } = graph.destinations[destination]!;
  return Uint8Array.from(graph.edges, (edge) => {
    if (edge.destination === destination) return own[edge.index]!;
    return graph.destinations[edge.destination]!.depth > depth ? behind[edge.index]! : 0;
  });
}

describe("a trial", () => {
  const tasks = { ...TINY_TASKS, "three layers": tinyTask({ nLayers: 3, dVocabOut: 3 }) };

  it.each(Object.entries(tasks))("equals a whole factored pass: %s", async (_, task) => {
    const graph = fullGraph(task.transformer.config);
    const lossOf = naiveLosses(task, backend);
    await withScope(backend, (scope) => {
      const trials = runSteps(prepareTrials(scope, task, graph, "faithfulness", resample));
      for (const { index } of graph.destinations) {
        for (const share of [0, 0.5, 0.9]) {
          const removed = randomCuts(graph, index, share, Key.fromSeed(index).fold(10 * share));
          const found = runSteps(trials.evaluate(graph.destinations[index]!, removed));
          const expected = lossOf("faithfulness", (edge) => 1 - removed[edge.index]!);
          expect(Math.abs(found - expected)).toBeLessThan(1e-11);
        }
      }
      expect(trials.evaluations()).toBe(3 * graph.destinations.length);
    });
  });

  it("takes what other heads have become from their last update", async () => {
    const task = tinyTask({ nHeads: 3, dVocabOut: 3 });
    const graph = fullGraph(task.transformer.config);
    const lossOf = naiveLosses(task, backend);
    const intoHead = (block: number, head: number) =>
      graph.edges.filter(({ destination }) => {
        const to = graph.destinations[destination]!;
        return to.block === block && to.node.head === head;
      });
    await withScope(backend, (scope) => {
      const trials = runSteps(prepareTrials(scope, task, graph, "faithfulness", resample));
      const removed = new Uint8Array(graph.edges.length);
      let heads: Buffer | undefined;
      for (const head of [2, 0, 1]) {
        for (const { index } of intoHead(1, head)) removed[index] = index % 2;
        const destination = graph.destinations.find(
          (to) => to.block === 1 && to.node.head === head,
        )!;
        const found = runSteps(trials.evaluate(destination, removed, { heads }));
        const expected = lossOf("faithfulness", (edge) => 1 - removed[edge.index]!);
        expect(Math.abs(found - expected)).toBeLessThan(1e-12);
        heads = runSteps(trials.updateHead(1, head, removed, { heads }));
      }
    });
  });
});

describe("the states of sublayers", () => {
  const graph = fullGraph({ nLayers: 2, nHeads: 2 });
  const cut = (isCut: (from: string, to: string) => boolean): Removed =>
    Uint8Array.from(graph.edges, ({ text }) => {
      const [from = "", to = ""] = text.split("->");
      return isCut(from, to) ? 1 : 0;
    });
  const [w, c, d]: SublayerState[] = ["whole", "cut", "dead"];

  it("are whole without cut edges, and up to the depth asked for", () => {
    expect(
      sublayerStates(
        graph,
        cut(() => false),
        0,
      ),
    ).toEqual([w, w, w, w, w, w]);
    expect(
      sublayerStates(
        graph,
        cut(() => true),
        4,
      ),
    ).toEqual([w, w, w, w, w, c]);
  });

  it("are dead where nothing that is written reaches the output", () => {
    const states = sublayerStates(
      graph,
      cut((from) => from === "blocks.1.hook_mlp_out"),
      0,
    );
    expect(states).toEqual([w, w, w, w, d, w]);
    const all = sublayerStates(
      graph,
      cut(() => true),
      0,
    );
    expect(all).toEqual([w, d, d, d, d, c]);
  });

  it("are cut by edges from sources that live", () => {
    const oneHead = cut((from, to) => from.endsWith("[1]") && to === "blocks.0.hook_mlp_in");
    expect(sublayerStates(graph, oneHead, 0)).toEqual([w, w, c, w, w, w]);
    expect(sublayerStates(graph, oneHead, 2)).toEqual([w, w, w, w, w, w]);
  });

  it("belong to all sublayers, with their readers", () => {
    const config = tinyTask().transformer.config;
    expect([1, 2, 3, 4, 5].map((depth) => readersOf(config, depth))).toEqual([
      ["blocks.0.hook_q_input", "blocks.0.hook_k_input", "blocks.0.hook_v_input"],
      ["blocks.0.hook_mlp_in"],
      ["blocks.1.hook_q_input", "blocks.1.hook_k_input", "blocks.1.hook_v_input"],
      ["blocks.1.hook_mlp_in"],
      ["blocks.1.hook_resid_post"],
    ]);
  });

  it("follow from which nodes live", () => {
    const onlyMlp = cut((_, to) => to === "blocks.1.hook_resid_post").map((isCut, edge) =>
      graph.edges[edge]!.text.startsWith("blocks.0.hook_mlp_out") ? 0 : isCut,
    );
    expect(liveSources(graph, onlyMlp)).toEqual([true, true, true, true, false, false, false]);
    const live = liveDestinations(graph, onlyMlp);
    const names = graph.destinations.filter((_, i) => live[i]).map(({ node }) => node.hook);
    expect([...new Set(names)]).toEqual([
      "blocks.0.hook_q_input",
      "blocks.0.hook_k_input",
      "blocks.0.hook_v_input",
      "blocks.0.hook_mlp_in",
      "blocks.1.hook_resid_post",
    ]);
  });
});
