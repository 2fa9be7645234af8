import {
  type Backend,
  batchMean,
  parameter,
  reshape,
  runSteps,
  sampleInput,
  sizeOf,
  slice,
  type Tensor,
} from "../../engine/index.ts";
import { prepareLearner, withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import {
  constantTensors,
  countParameters,
  forward,
  type Transformer,
  type TransformerConfig,
  weightShapes,
} from "../../transformer/index.ts";
import { inputCount, type TrainingTask } from "../task.ts";
import type { AutoencoderShape, HiddenShape } from "./autoencoder.ts";
import { autoencoderBridge, autoencodersShapes, initialAutoencoders } from "./autoencoders.ts";
import type { Compression } from "./compression.ts";

/** A non-linear compression of a transformer. */
export interface NonLinearCompression {
  /** Width of the residual stream, and of the autoencoders' codes. */
  readonly dModel: number;
  /** Width of a head. */
  readonly dHead: number;
  /** Linear maps of an encoder. */
  readonly aeLayers: number;
  readonly aeFirstHiddenLayerShape: HiddenShape;
  /** The most steps of training the autoencoders alone, each on all of their inputs. */
  readonly aeEpochs: number;
  readonly aeLrStart: number;
  /** The most inputs of that training. */
  readonly aeMaxTrainSamples: number;
  /** What the autoencoders may lose for that training to end before. */
  readonly aeDesiredTestMse: number;
  /** Weight of what they lose in the loss of the compression. */
  readonly aeTrainLossWeight: number;
}

/** The shape of a transformer after a non-linear compression: its layers and heads, 4·dModel neurons, GELU. */
export function nonLinearConfig(
  config: TransformerConfig,
  { dModel, dHead }: Pick<NonLinearCompression, "dModel" | "dHead">,
): TransformerConfig {
  const initializerRange = 2 / (config.nLayers * Math.sqrt(dModel));
  return Object.freeze({
    ...config,
    dModel,
    dHead,
    dMlp: 4 * dModel,
    actFn: "gelu",
    initializerRange,
  });
}

const shapeOf = (config: TransformerConfig, options: NonLinearCompression): AutoencoderShape => ({
  input: config.dModel,
  code: options.dModel,
  layers: options.aeLayers,
  firstHidden: options.aeFirstHiddenLayerShape,
});

/** Views of a vector, one after the other from `start` on. */
function viewsOf<K>(
  vector: Tensor,
  shapes: ReadonlyMap<K, readonly number[]>,
  start = 0,
): ReadonlyMap<K, Tensor> {
  let from = start;
  return new Map(
    [...shapes].map(([key, shape]) => {
      const view = reshape(slice(vector, 0, from, from + sizeOf(shape)), shape);
      from += sizeOf(shape);
      return [key, view];
    }),
  );
}

/** Names and shapes of the weights of a compression's autoencoders, which follow those of the transformer. */
export function nonLinearShapes(
  { config }: Transformer,
  options: NonLinearCompression,
): ReadonlyMap<string, readonly number[]> {
  return autoencodersShapes(config, shapeOf(config, options));
}

const sizeOfAll = (shapes: ReadonlyMap<unknown, readonly number[]>) =>
  [...shapes.values()].reduce((total, shape) => total + sizeOf(shape), 0);

/**
 * A fresh transformer of narrower widths learns, and with it autoencoders that turn activations of the two
 * into each other: one for the outputs of all MLPs of all layers, one for each head.
 *
 * @param autoencoders their weights at the start: see {@link trainAutoencoders}
 */
export function nonLinearCompression(
  original: Transformer,
  options: NonLinearCompression,
  autoencoders: ArrayLike<number>,
): Compression {
  const { config } = original;
  const small = nonLinearConfig(config, options);
  const own = countParameters(small);
  const coders = nonLinearShapes(original, options);
  const bridgeOf = (learned: Tensor, start: number) =>
    autoencoderBridge(config, shapeOf(config, options), viewsOf(learned, coders, start));
  return {
    size: own + sizeOfAll(coders),
    start: ({ seed }) => {
      const normals = Key.fromSeed(seed).fold("weights").normal(own);
      const weights = normals.map((x) => x * small.initializerRange);
      return Float32Array.from([...weights, ...Array.from(autoencoders)]);
    },
    read: (learned) => {
      const weights = viewsOf(learned, weightShapes(small));
      const tensors = viewsOf(learned, coders, own);
      return {
        weights,
        bridge: bridgeOf(learned, own),
        parts: [...weights.values(), ...tensors.values()],
      };
    },
    auxiliary: {
      weight: options.aeTrainLossWeight,
      loss: ({ original: { config: wide, weights } }, { parts }, base) => {
        const views = new Map(
          [...coders.keys()].map((key, i) => [key, parts.at(i - coders.size)!]),
        );
        const bridge = autoencoderBridge(config, shapeOf(config, options), views);
        const { cache } = forward(wide, weights, base, { capture: bridge.hooks });
        return bridge.reconstructionLoss(cache);
      },
    },
  };
}

/** Autoencoders after their training alone. */
export interface TrainedAutoencoders {
  /** Their weights, one after the other. */
  readonly weights: Float64Array;
  /** What they lose: the mean squared error before the last step. */
  readonly loss: number;
  readonly steps: number;
}

/**
 * Trains the autoencoders of a compression on what the transformer computes on inputs of the task, by
 * PyTorch's Adam, until they lose no more than `aeDesiredTestMse`, or for `aeEpochs` steps.
 */
export async function trainAutoencoders(
  backend: Backend,
  task: TrainingTask,
  original: Transformer,
  options: NonLinearCompression,
  key: Key,
): Promise<TrainedAutoencoders> {
  const { config } = original;
  const { positions, tokens } = task;
  const name = "autoencoders";
  const shapes = nonLinearShapes(original, options);
  const start = initialAutoencoders(config, shapeOf(config, options), key.fold("start"));
  const rows = Math.min(options.aeMaxTrainSamples, inputCount(task));
  const chosen = key.fold("inputs").permutation(inputCount(task)).subarray(0, rows);
  const learned = parameter(name, [start.length]);
  const bridge = autoencoderBridge(config, shapeOf(config, options), viewsOf(learned, shapes));
  const weights = constantTensors(original, { sparse: true });
  const { cache } = forward(config, weights, sampleInput("tokens", [positions]), {
    capture: bridge.hooks,
  });
  return withScope(backend, (scope) => {
    const learner = prepareLearner(scope, {
      parameter: learned,
      name,
      loss: batchMean(bridge.reconstructionLoss(cache)),
      start,
      rows,
      inputs: { tokens: { table: scope.buffer(tokens), rows: Uint32Array.from(chosen) } },
      words: { run: "the autoencoders", value: "a weight of them" },
    });
    let [loss, steps] = [Number.POSITIVE_INFINITY, 0];
    while (steps < options.aeEpochs && loss > options.aeDesiredTestMse) {
      steps++;
      loss = runSteps(learner.stepInSteps({ step: steps, learningRate: options.aeLrStart }));
    }
    return { weights: learner.values(), loss, steps };
  });
}
