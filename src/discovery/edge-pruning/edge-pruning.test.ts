import { describe, expect, it } from "vitest";
import { type Circuit, formatEdge, fullGraph } from "../../circuit/index.ts";
import {
  type Backend,
  compile,
  constant,
  referenceBackend,
  runSteps,
  wasmBackend,
} from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { resample, withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { usedInputs } from "../../transformer/index.ts";
import { naiveLosses, TINY_TASKS, tinyTask } from "../fixtures.testing.ts";
import type { DiscoveryTask } from "../index.ts";
import { logisticNoise } from "../masks/hard-concrete.ts";
import { edgeValues, maskCount, prepareMaskedRun } from "../masks/masked-run.ts";
import { readWriteScheme } from "../masks/read-write-scheme.ts";
import { plantedTask } from "../planted.testing.ts";
import { discreteCircuit, softMask } from "./discretize.ts";
import { edgePruning } from "./edge-pruning.ts";
import { type PruningTrainer, preparePruning } from "./train.ts";

const backend = referenceBackend();
const objectiveOf = ({ categorical }: DiscoveryTask) =>
  ({ metric: categorical ? "kl" : "l2", target: "model" }) as const;

/** The distance of a task under masks `[mask]` of the scheme. */
const distanceUnder = (task: DiscoveryTask, masks: Float64Array): Promise<number> =>
  withScope(backend, (scope) => {
    const run = prepareMaskedRun(scope, task, readWriteScheme, objectiveOf(task), resample);
    const distance = run.distance(constant(masks, [masks.length]));
    const executable = scope.load(compile({ outputs: { distance } }));
    const inputs = usedInputs(executable.program, run.inputs);
    return executable.run({ batch: task.rows, inputs }).distance[0]!;
  });

describe("masks of edges and sources", () => {
  it.each(Object.entries(TINY_TASKS))("count as their product: %s", async (_, task) => {
    const { config } = task.transformer;
    const graph = fullGraph(config);
    const count = maskCount(readWriteScheme, config);
    expect(count).toBe(graph.edges.length + graph.sources.length);
    const masks = Key.fromSeed(2).uniform(count);
    const values = edgeValues(readWriteScheme, config, graph, masks);
    const naive = naiveLosses(task, backend)("faithfulness", ({ index }) => values[index]!);
    expect(Math.abs((await distanceUnder(task, masks)) - naive)).toBeLessThan(1e-12);
    expect(naive).toBeGreaterThan(1e-6);
  });

  it("all 1 are the whole transformer, and without sources the corrupted one", async () => {
    const task = tinyTask();
    const { config } = task.transformer;
    const graph = fullGraph(config);
    const ones = new Float64Array(maskCount(readWriteScheme, config)).fill(1);
    expect(Math.abs(await distanceUnder(task, ones))).toBeLessThan(1e-15);
    const dead = ones.map((_, i) => (i < graph.edges.length ? 1 : 0));
    const none = naiveLosses(task, backend)("faithfulness", () => 0);
    expect(Math.abs((await distanceUnder(task, dead)) - none)).toBeLessThan(1e-12);
  });
});

describe("training", () => {
  const task = plantedTask(6);
  const count = maskCount(readWriteScheme, task.transformer.config);
  const pruning = {
    objective: objectiveOf(task),
    ablation: resample,
    start: new Float64Array(count).fill(1),
    multiplierRate: 2,
    nodes: true,
    weightDecay: 0,
  };
  const train = <T>(on: Backend, work: (trainer: PruningTrainer) => T): Promise<T> =>
    withScope(on, (scope) => work(runSteps(preparePruning(scope, task, pruning))));
  const stepAt = (step: number, edgeTarget: number) => ({
    step,
    learningRate: 0.05,
    edgeTarget,
    nodeTarget: 0.5,
    noise: new Float64Array(count),
  });

  it("moves the first multipliers down while the sparsity is below its target, and up above it", async () => {
    const firsts = await train(backend, (trainer) =>
      [0.9, 0].map((target) => {
        trainer.reset();
        return Array.from({ length: 5 }, (_, i) => {
          runSteps(trainer.stepInSteps(stepAt(i + 1, target)));
          return trainer.values()[count]!;
        });
      }),
    );
    for (const [down, up] of [firsts as [number[], number[]]]) {
      for (let i = 0; i < 5; i++) {
        expect(down[i]!).toBeLessThan(i === 0 ? 0 : down[i - 1]!);
        expect(up[i]!).toBeGreaterThan(i === 0 ? 0 : up[i - 1]!);
      }
    }
  });

  it("reaches the sparsity that is asked for as it is reached itself", async () => {
    const steps = 600;
    const key = Key.fromSeed(4);
    const learnt = await train(await wasmBackend(), (trainer) => {
      for (let step = 0; step < steps; step++) {
        const noise = logisticNoise(key.fold(step), count);
        runSteps(trainer.stepInSteps({ ...stepAt(step + 1, (0.6 * step) / steps), noise }));
      }
      return trainer.values();
    });
    const edges = fullGraph(task.transformer.config).edges.length;
    const draws = 200;
    let open = 0;
    for (let draw = 0; draw < draws; draw++) {
      const noise = logisticNoise(key.fold("look").fold(draw), edges);
      for (let i = 0; i < edges; i++) {
        const soft = 1 / (1 + Math.exp(-(learnt[i]! + noise[i]!) * 1.5));
        open += Math.min(1, Math.max(0, 1.2 * soft - 0.1));
      }
    }
    expect(Math.abs(1 - open / (draws * edges) - 0.6)).toBeLessThan(0.01);
  });

  it("reads nothing but the rows of the step", async () => {
    const rows = Uint32Array.of(4, 1, 4);
    const pick = (table: ArrayLike<number>, width: number) =>
      Int32Array.from(
        [...rows].flatMap((row) =>
          Array.from({ length: width }, (_, i) => table[row * width + i]!),
        ),
      );
    const some = await train(backend, (trainer) =>
      runSteps(trainer.stepInSteps({ ...stepAt(1, 0.5), rows })),
    );
    const part = {
      ...task,
      rows: 3,
      cleanTokens: pick(task.cleanTokens, task.positions),
      corruptedTokens: pick(task.corruptedTokens, task.positions),
    };
    const alone = await withScope(backend, (scope) => {
      const trainer = runSteps(preparePruning(scope, part, pruning));
      return runSteps(trainer.stepInSteps(stepAt(1, 0.5)));
    });
    expect(Math.abs(some - alone)).toBeLessThan(1e-12);
  });
});

describe("the circuit of masks", () => {
  const shape = tinyTask({ nLayers: 1, nHeads: 1 }).transformer.config;
  const graph = fullGraph(shape);

  it("has as many edges as they leave, the surest, and none of a source that is off", () => {
    const count = maskCount(readWriteScheme, shape);
    const logits = new Float64Array(count).fill(9);
    expect(discreteCircuit(shape, graph, logits).edges.size).toBe(graph.edges.length);
    const edges = graph.edges.length;
    // The first mask is that of the query input of the only head; the last that of the MLP's output.
    logits[0] = -9;
    logits[count - 1] = -9;
    const found = discreteCircuit(shape, graph, logits);
    const missing = graph.edges
      .filter(({ text }) => !found.edges.has(text))
      .map(({ text }) => text);
    expect(missing).toEqual([
      "blocks.0.hook_resid_pre->blocks.0.hook_q_input[0]",
      "blocks.0.hook_mlp_out->blocks.0.hook_resid_post",
    ]);
    expect(edges).toBe(8);
  });

  it("is empty when all are off", () => {
    const logits = new Float64Array(maskCount(readWriteScheme, shape)).fill(-9);
    expect(discreteCircuit(shape, graph, logits).edges.size).toBe(0);
  });

  it("looks at masks without noise at 0.8 times their logits", () => {
    expect(softMask(0)).toBe(0.5);
    expect(softMask(2)).toBeCloseTo(1 / (1 + Math.exp(-2.4)), 14);
  });
});

describe("Edge Pruning", () => {
  const texts = (circuit: Circuit) => [...circuit.edges.values()].map(formatEdge);
  const bytes = async (options: Parameters<typeof edgePruning.discover>[1]) => {
    const found = await edgePruning.discover(tinyTask(), options, { backend: await wasmBackend() });
    return JSON.stringify([
      [...found.ranking],
      found.findings.map(({ circuit }) => texts(circuit)),
      found.diagnostics,
    ]);
  };
  const options = { steps: 20, batch: 3, nodeSparsity: 0.3 };

  it("gives the same bytes every time, and others for another seed", async () => {
    const first = await bytes(options);
    expect(await bytes(options)).toBe(first);
    expect(await bytes({ ...options, seed: 1 })).not.toBe(first);
  });

  it("keeps fewer edges of a planted circuit the more are to go", async () => {
    const context = { backend: await wasmBackend() };
    const found = await edgePruning.discover(
      plantedTask(),
      { steps: 1200, edgeSparsity: [0.3, 0.6, 0.8] },
      context,
    );
    const sizes = found.findings.map(({ circuit }) => circuit.edges.size);
    expect(sizes[0]!).toBeGreaterThan(sizes[1]!);
    expect(sizes[1]!).toBeGreaterThan(sizes[2]!);
    expect(found.circuit).toBeUndefined();
  });

  it("refuses what does not fit", async () => {
    const errorOf = (wrong: Record<string, unknown>) =>
      edgePruning
        .discover(tinyTask({ dVocabOut: 1 }), wrong as never, { backend })
        .then(() => "accepted", formatError);
    expect(await errorOf({ edgeSparsity: -1 })).toContain("E_OPTION");
    expect(await errorOf({ metric: "kl" })).toBe(
      'E_LOSS: the metric "kl" does not fit the task — expected l2, for numbers — received kl',
    );
    const { corruptedTokens: _, ...alone } = tinyTask();
    expect(
      await edgePruning.discover(alone, { steps: 1 }, { backend }).then(() => "", formatError),
    ).toContain("E_TASK");
  });
});
