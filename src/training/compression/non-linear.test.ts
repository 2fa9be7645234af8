import { describe, expect, it } from "vitest";
import {
  type Backend,
  compile,
  gradients,
  parameter,
  type Tensor,
  wasmBackend,
} from "../../engine/index.ts";
import { Key } from "../../rng/index.ts";
import { countParameters, type HookName, type Transformer } from "../../transformer/index.ts";
import { parseRecipe } from "../recipe.ts";
import { caseThree } from "../tasks.testing.ts";
import { train } from "../train.ts";
import { type AutoencoderShape, autoencoder, encoderWidths } from "./autoencoder.ts";
import { autoencoderBridge, autoencodersShapes, initialAutoencoders } from "./autoencoders.ts";
import { compressionLearning } from "./learning.ts";
import { nonLinearCompression, nonLinearConfig, trainAutoencoders } from "./non-linear.ts";

const backend: Backend = await wasmBackend();
const SHAPE: AutoencoderShape = { input: 3, code: 2, layers: 2, firstHidden: "narrow" };

describe("encoderWidths", () => {
  it("begins wide, or goes down in equal steps", () => {
    const widths = (layers: number, firstHidden: "wide" | "narrow") =>
      encoderWidths({ input: 13, code: 4, layers, firstHidden });
    expect(widths(2, "wide")).toEqual([13, 32, 4]);
    expect(widths(3, "wide")).toEqual([13, 32, 18, 4]);
    expect(widths(3, "narrow")).toEqual([13, 10, 7, 4]);
    expect(widths(1, "wide")).toEqual([13, 4]);
  });
});

describe("autoencoder", () => {
  it("is two linear maps with a ReLU between them, both ways", () => {
    const values: Record<string, [number[], number[]]> = {
      "encoder.0.W": [
        [1, 0, 0, 1, 1, -1],
        [3, 2],
      ],
      "encoder.0.b": [[0, 1], [2]],
      "encoder.1.W": [
        [1, 2, 3, 4],
        [2, 2],
      ],
      "encoder.1.b": [[10, 20], [2]],
    };
    const names = Object.keys(values);
    const tensors = new Map(names.map((name) => [name, parameter(name, values[name]![1])]));
    const x = parameter("x", [1, 3]);
    const coder = autoencoder({ ...SHAPE, firstHidden: "narrow" }, tensors);
    const executable = backend.load(compile({ outputs: { code: coder.encode(x) } }));
    const inputs = Object.fromEntries(
      names.map((name) => [name, backend.buffer(values[name]![0])]),
    );
    // x·W + b = [2 + 4, 3 − 4] + [0, 1] = [6, 0]; then [6 + 10, 12 + 20].
    const { code } = executable.run({
      batch: 0,
      inputs: { ...inputs, x: backend.buffer([2, 3, 4]) },
    });
    expect([...code]).toEqual([16, 32]);
  });
});

const base = caseThree();
const { transformer: original } = base.highLevel as unknown as { transformer: Transformer };
const { config } = original;

describe("autoencoderBridge", () => {
  it("has one autoencoder for the MLPs of all layers, which learns of each of them", () => {
    const wide = { ...config, dModel: 3, nLayers: 2, nHeads: 1 };
    const shapes = autoencodersShapes(wide, SHAPE);
    expect([...shapes.keys()].filter((key) => key.startsWith("mlp."))).toHaveLength(8);
    expect([...shapes.keys()].filter((key) => key.includes("hook_result[0]"))).toHaveLength(16);

    const start = initialAutoencoders(wide, SHAPE, Key.fromSeed(1));
    const weights = new Map([...shapes].map(([key, shape]) => [key, parameter(key, shape)]));
    const bridge = autoencoderBridge(wide, SHAPE, weights);
    let used = 0;
    const inputs: Record<string, ReturnType<Backend["buffer"]>> = Object.fromEntries(
      [...shapes].map(([key, shape]) => {
        const from = used;
        used += shape.reduce((a, b) => a * b, 1);
        return [key, backend.buffer(start.slice(from, used))];
      }),
    );
    const activations = new Map<HookName, Tensor>(
      bridge.hooks.map((hook) => [
        hook,
        parameter(hook, hook.endsWith("result") ? [1, 1, 3] : [1, 3]),
      ]),
    );
    const loss = bridge.reconstructionLoss(activations);
    const [slope] = gradients(loss, [weights.get("mlp.decoder.1.b")!]);
    const executable = backend.load(compile({ outputs: { slope: slope! } }));
    /** The slope where one layer's MLP writes `values`, and the others nothing. */
    const slopeWith = (layer: number, values: number[]) => {
      const bound = Object.fromEntries(
        [...activations].map(([hook]) => [
          hook,
          backend.buffer(hook === `blocks.${layer}.hook_mlp_out` ? values : 3),
        ]),
      );
      const used = Object.entries({ ...inputs, ...bound }).filter(([name]) =>
        executable.program.inputs.has(name),
      );
      return [...executable.run({ batch: 0, inputs: Object.fromEntries(used) }).slope];
    };
    const nothing = slopeWith(0, [0, 0, 0]);
    expect(slopeWith(1, [1, 2, 3])).not.toEqual(nothing);
    expect(slopeWith(1, [1, 2, 3])).toEqual(slopeWith(0, [1, 2, 3]));
  });
});

describe("non-linear compression", () => {
  const options = {
    dModel: 8,
    dHead: 6,
    aeLayers: 2,
    aeFirstHiddenLayerShape: "wide" as const,
    aeEpochs: 60,
    aeLrStart: 0.01,
    aeMaxTrainSamples: 100,
    aeDesiredTestMse: 1e-3,
    aeTrainLossWeight: 0.5,
  };
  const task = {
    ...base,
    lowLevelConfig: nonLinearConfig(config, options),
    correspondence: base.correspondence.map((entry) => ({ ...entry, ll: [entry.hl] })),
  };
  const key = Key.fromSeed(2);

  it("trains its autoencoders until they lose little enough, or for so many steps", async () => {
    const trained = (changes: object) =>
      trainAutoencoders(backend, task, original, { ...options, ...changes }, key);
    const [few, many] = [await trained({ aeEpochs: 2 }), await trained({})];
    expect(few.steps).toBe(2);
    expect(many.loss).toBeLessThan(few.loss);
    const loose = await trained({ aeDesiredTestMse: few.loss });
    expect(loose.steps).toBeLessThanOrEqual(3);
  });

  it("learns a plain transformer together with them", async () => {
    const { weights } = await trainAutoencoders(backend, task, original, options, key);
    const compression = nonLinearCompression(original, options, weights);
    const learning = compressionLearning(task, original, compression, {
      batchesGap: 10,
      maxInterventions: 10,
      maxComponents: 1,
      nodeSampling: "difference",
    });
    expect(learning.size).toBe(countParameters(task.lowLevelConfig) + weights.length);
    const recipe = parseRecipe({
      strictWeight: 0,
      learningRate: 0.01,
      clipGradNorm: 1,
      batchSize: 64,
      trainPairs: 2000,
      validationPairs: 100,
      epochs: 5,
      earlyStop: false,
    });
    const { transformer, state } = await train(task, recipe, { backend, learning });
    expect(transformer.config).toMatchObject({
      nLayers: config.nLayers,
      nHeads: config.nHeads,
      dModel: 8,
      dHead: 6,
      dMlp: 32,
      actFn: "gelu",
    });
    const losses = state.history.map(({ trainLosses }) => trainLosses.behavior);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
    const coders = state.weights.subarray(countParameters(task.lowLevelConfig));
    expect([...coders]).not.toEqual([...Float32Array.from(weights)]);
  });
});
