import { describe, expect, it } from "vitest";
import { circuitOf, emptyCircuit, fullGraph } from "../circuit/index.ts";
import { compile, referenceBackend, runSteps, sampleInput, wasmBackend } from "../engine/index.ts";
import { notingBackend } from "../engine/noting.testing.ts";
import { formatError } from "../errors/index.ts";
import { given, meanPositional, withScope } from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import {
  constantTensors,
  forward,
  type HookName,
  hookShape,
  sourceHooks,
  type Transformer,
} from "../transformer/index.ts";
import { chosenAblation } from "./algorithm/ablation-option.ts";
import {
  lossByHand,
  naiveAblated,
  naiveLosses,
  quickOptions,
  TINY_TASKS,
  tinyTask,
} from "./fixtures.testing.ts";
import {
  acdcSweep,
  allAlgorithms,
  attributeEdges,
  circuitFaithfulness,
  integrationPoints,
  maskPath,
  measureEdges,
  prepareFaithfulness,
  probingSweep,
} from "./index.ts";
import { edgeScheme } from "./masks/edge-scheme.ts";
import { maskCount } from "./masks/masked-run.ts";
import { nodeScheme } from "./masks/node-scheme.ts";
import type { MaskScheme } from "./masks/scheme.ts";
import { binaryDraw, probe } from "./probing/probing.testing.ts";
import { prepareTrials } from "./trials/trials.ts";

const backend = referenceBackend();
const wasm = await wasmBackend();
const ABLATIONS = ["zero", "mean", "meanPositional"] as const;
const TASKS = [
  "classes, causal",
  "classes, layer norm, bidirectional",
  "numbers, weighted rows, one head",
  "scaled and capped",
  "sparse weights",
] as const;
const both = TASKS.flatMap((name) => ABLATIONS.map((ablation) => [name, ablation] as const));
const taskOf = (name: string) => TINY_TASKS[name]!;

/** The logits `[row, pos, class]` of a run in which hook points carry other values. */
function runWith(
  { config, weights }: Transformer,
  tokens: Int32Array,
  positions: number,
  values: ReadonlyMap<HookName, Float64Array>,
): ArrayLike<number> {
  const hooks = new Map(
    [...values.keys()].map((hook) => [
      hook,
      () => sampleInput(hook, hookShape(config, hook, positions)),
    ]),
  );
  const input = sampleInput("tokens", [positions]);
  const { logits } = forward(config, constantTensors({ config, weights }), input, { hooks });
  const inputs = { tokens: Float32Array.from(tokens), ...Object.fromEntries(values) };
  const batch = tokens.length / positions;
  return backend.load(compile({ outputs: { logits } })).run({ batch, inputs }).logits;
}

describe("other ablations than resampling", () => {
  it.each(both)("of one node's edges ablate the node: %s, %s", async (name, ablation) => {
    const task = taskOf(name);
    const { transformer, cleanTokens, positions } = task;
    const graph = fullGraph(transformer.config);
    const last = transformer.config.nLayers - 1;
    const hook: HookName = `blocks.${last}.hook_mlp_out`;
    const kept = graph.edges.filter(({ edge: [from] }) => from.hook !== hook);
    const circuit = circuitOf(kept.map(({ edge }) => edge));
    const found = await circuitFaithfulness(task, circuit, { backend }, { ablation });
    const clean = runWith(transformer, cleanTokens, positions, new Map());
    const values = naiveAblated(task, backend, ablation, [hook]);
    const ablated = runWith(transformer, cleanTokens, positions, values);
    const expected = lossByHand(task, "faithfulness", clean, ablated);
    expect(expected).toBeGreaterThan(1e-6);
    expect(Math.abs(found - expected)).toBeLessThan(1e-12);
  });

  it.each(both)("give the faithfulness of a factored pass: %s, %s", async (name, ablation) => {
    const task = taskOf(name);
    const { edges } = fullGraph(task.transformer.config);
    const half = Key.fromSeed(8).sample(edges, Math.floor(edges.length / 2));
    const kept = new Set(half.map(({ index }) => index));
    const lossOf = naiveLosses(task, backend, ablation);
    const circuit = circuitOf(half.map(({ edge }) => edge));
    const found = await circuitFaithfulness(task, circuit, { backend }, { ablation });
    const expected = lossOf("faithfulness", ({ index }) => (kept.has(index) ? 1 : 0));
    expect(Math.abs(found - expected)).toBeLessThan(1e-12);
  });

  it.each(both)("are those of trials: %s, %s", async (name, ablation) => {
    const task = taskOf(name);
    const graph = fullGraph(task.transformer.config);
    const lossOf = naiveLosses(task, backend, ablation);
    await withScope(backend, (scope) => {
      const chosen = chosenAblation(ablation);
      const trials = runSteps(prepareTrials(scope, task, graph, "faithfulness", chosen));
      for (const destination of graph.destinations) {
        const key = Key.fromSeed(destination.index);
        const draws = key.bernoulli(graph.edges.length, 0.6);
        const removed = Uint8Array.from(graph.edges, (edge) => {
          const { depth } = graph.destinations[edge.destination]!;
          const isOpen = edge.destination === destination.index || depth > destination.depth;
          return isOpen ? draws[edge.index]! : 0;
        });
        const found = runSteps(trials.evaluate(destination, removed));
        const expected = lossOf("faithfulness", (edge) => 1 - removed[edge.index]!);
        expect(Math.abs(found - expected)).toBeLessThan(1e-11);
      }
    });
  });

  it.each(both)("have exact effects and slopes: %s, %s", async (name, ablation) => {
    const task = taskOf(name);
    const { edges } = fullGraph(task.transformer.config);
    const loss = task.categorical ? "kl_div" : "mse";
    const lossOf = naiveLosses(task, backend, ablation);
    const effects = await measureEdges(task, loss, { backend }, ablation);
    const alpha = 0.3;
    const points = [{ alpha, weight: 1 }];
    const slopes = await attributeEdges(task, loss, maskPath(points), { backend }, { ablation });
    const step = 1e-5;
    for (const index of [0, 3, Math.floor(edges.length / 2), edges.length - 1]) {
      const cut = lossOf(loss, (edge) => (edge.index === index ? 0 : 1));
      expect(Math.abs(effects[index]! - (cut - lossOf(loss, () => 1)))).toBeLessThan(1e-11);
      const at = (shift: number) =>
        lossOf(loss, (edge) => 1 - alpha - (edge.index === index ? shift : 0));
      const slope = (at(step) - at(-step)) / (2 * step);
      expect(Math.abs(slopes[index]! - slope)).toBeLessThan(1e-7 * Math.max(1, Math.abs(slope)));
    }
  });

  it.each(ABLATIONS)("add up over the path to ablating everything: %s", async (ablation) => {
    const task = tinyTask();
    const lossOf = naiveLosses(task, backend, ablation);
    const points = integrationPoints(256, "trapezoid");
    const effects = await attributeEdges(
      task,
      "kl_div",
      maskPath(points),
      { backend },
      { ablation },
    );
    const change = lossOf("kl_div", () => 0) - lossOf("kl_div", () => 1);
    const total = effects.reduce((sum, effect) => sum + effect, 0);
    expect(Math.abs(total - change)).toBeLessThan(1e-3 * Math.max(Math.abs(change), 0.2));
  });

  it.each(ABLATIONS)("decide what ACDC removes: %s", async (ablation) => {
    const task = tinyTask();
    const graph = fullGraph(task.transformer.config);
    const lossOf = naiveLosses(task, backend, ablation);
    const sweep = await acdcSweep(task, [0.01], { backend }, { ablation });
    const [{ circuit, faithfulness, changes }] = sweep.outcomes as [(typeof sweep.outcomes)[0]];
    const removed = new Set<number>();
    for (const index of sweep.order) {
      const now = lossOf("faithfulness", (edge) => (removed.has(edge.index) ? 0 : 1));
      const then = lossOf("faithfulness", (edge) =>
        removed.has(edge.index) || edge.index === index ? 0 : 1,
      );
      expect(Math.abs(changes.get(graph.edges[index]!.text)! - (then - now))).toBeLessThan(1e-11);
      if (then - now < 0.01) removed.add(index);
    }
    expect(circuit.edges.size).toBe(graph.edges.length - removed.size);
    const left = lossOf("faithfulness", (edge) => (removed.has(edge.index) ? 0 : 1));
    expect(Math.abs(faithfulness - left)).toBeLessThan(1e-11);
  });

  it.each(ABLATIONS)("stand where a mask is 0 in subnetwork probing: %s", async (ablation) => {
    const task = tinyTask();
    const { config } = task.transformer;
    const off = (scheme: MaskScheme) => {
      const draw = binaryDraw(new Array<number>(maskCount(scheme, config)).fill(0));
      const objective = { metric: "kl", target: "model" } as const;
      return probe(task, scheme, objective, backend, [draw], chosenAblation(ablation));
    };
    const [edges] = await off(edgeScheme);
    const expected = naiveLosses(task, backend, ablation)("faithfulness", () => 0);
    expect(Math.abs(edges!.distance - expected)).toBeLessThan(1e-12);
    const masked = [...nodeScheme.maskShapes(config).keys()];
    const values = naiveAblated(task, backend, ablation, masked);
    const logits = (at: ReadonlyMap<HookName, Float64Array>) =>
      runWith(task.transformer, task.cleanTokens, task.positions, at);
    const byHand = lossByHand(task, "faithfulness", logits(new Map()), logits(values));
    const [nodes] = await off(nodeScheme);
    expect(Math.abs(nodes!.distance - byHand)).toBeLessThan(1e-12);
    expect(byHand).toBeGreaterThan(1e-6);
  });

  it("may be values of one's own, which are what they are made of", async () => {
    const task = tinyTask();
    const { rows, positions, transformer } = task;
    const hooks = sourceHooks(transformer.config);
    const means = naiveAblated(task, backend, "meanPositional", hooks);
    const own = given(
      new Map([...means].map(([hook, values]) => [hook, values.slice(0, values.length / rows)])),
    );
    expect(means.get(hooks[0]!)!.length).toBe(rows * positions * transformer.config.dModel);
    const context = { backend };
    const named = await measureEdges(task, "kl_div", context, meanPositional);
    const found = await measureEdges(task, "kl_div", context, own);
    named.forEach((effect, i) => {
      expect(Math.abs(effect - found[i]!)).toBeLessThan(1e-12);
    });
    const [outcome] = (await probingSweep(task, [0.1], context, { epochs: 2, ablation: "zero" }))
      .outcomes;
    expect(outcome!.losses).toHaveLength(2);
  });

  it.each(allAlgorithms())("need no corrupted inputs: $name", async (algorithm) => {
    const { needs, discover } = algorithm;
    const { corruptedTokens: _, ...task } = tinyTask();
    const options = quickOptions(algorithm);
    const possible = ABLATIONS.filter((one) => needs?.ablations?.includes(one) ?? true);
    for (const ablation of possible) {
      const { diagnostics } = await discover(task, { ...options, ablation }, { backend: wasm });
      expect(diagnostics.faithfulness).toBeGreaterThanOrEqual(0);
    }
    const error = await discover(task, options, { backend: wasm }).catch(formatError);
    expect(error).toContain('which the ablation "resample" needs');
  });
});

describe("faithfulness that is prepared", () => {
  it("costs a run per circuit, and other ablations no program but that of their values", async () => {
    const task = tinyTask();
    const graph = fullGraph(task.transformer.config);
    const noting = notingBackend(backend);
    const programs = () => new Set(noting.calls.flat()).size;
    await withScope(noting, (scope) => {
      const resampled = prepareFaithfulness(scope, task);
      const circuits = [0, 5, 20, 46].map((count) =>
        circuitOf(graph.edges.slice(0, count).map(({ edge }) => edge)),
      );
      resampled.of(emptyCircuit);
      const before = { programs: programs(), runs: noting.calls.length };
      const lossOf = naiveLosses(task, backend);
      for (const circuit of circuits) {
        const expected = lossOf("faithfulness", ({ text }) => (circuit.edges.has(text) ? 1 : 0));
        expect(Math.abs(resampled.of(circuit) - expected)).toBeLessThan(1e-12);
      }
      expect(noting.calls.length).toBe(before.runs + circuits.length);
      const zeroed = resampled.under("zero");
      for (const circuit of circuits) zeroed.of(circuit);
      expect(programs()).toBe(before.programs);
      expect(resampled.under("meanPositional").of(emptyCircuit)).toBeGreaterThan(0);
      expect(programs()).toBe(before.programs + 1);
    });
  });

  it("has the losses of the task, too", async () => {
    const task = tinyTask();
    const lossOf = naiveLosses(task, backend, "mean");
    await withScope(backend, (scope) => {
      const { of } = prepareFaithfulness(scope, task, { loss: "kl_div", ablation: "mean" });
      expect(Math.abs(of(emptyCircuit) - lossOf("kl_div", () => 0))).toBeLessThan(1e-12);
    });
  });
});
