import * as e from "../src/engine/index.ts";
import { Key } from "../src/rng/index.ts";
import {
  forward,
  initializeTransformer,
  keyNormals,
  parameterTensors,
  type TransformerConfig,
  weightBuffers,
} from "../src/transformer/index.ts";

/** A training step to be timed: the same in every backend and in bench/peers/torch_step.py. */
export interface StepShape {
  readonly name: string;
  readonly nLayers: number;
  readonly nHeads: number;
  readonly dModel: number;
  readonly dHead: number;
  readonly dMlp: number;
  readonly positions: number;
  readonly batch: number;
}

/** The shapes of docs/performance.md: case 3's model, then a ladder of widths. */
export const STEP_SHAPES: readonly StepShape[] = [
  {
    name: "case 3",
    nLayers: 2,
    nHeads: 4,
    dModel: 12,
    dHead: 3,
    dMlp: 48,
    positions: 5,
    batch: 256,
  },
  {
    name: "d_model 4",
    nLayers: 2,
    nHeads: 4,
    dModel: 4,
    dHead: 1,
    dMlp: 16,
    positions: 10,
    batch: 256,
  },
  {
    name: "d_model 20",
    nLayers: 2,
    nHeads: 4,
    dModel: 20,
    dHead: 5,
    dMlp: 80,
    positions: 10,
    batch: 256,
  },
  {
    name: "d_model 64",
    nLayers: 2,
    nHeads: 4,
    dModel: 64,
    dHead: 16,
    dMlp: 256,
    positions: 10,
    batch: 256,
  },
];

const VOCABULARY = 6;
const LEARNING_RATE = 1e-3;
const BETA = 0.9;
const EPSILON = 1e-8;

/** Multiplications and additions of a forward pass; a step costs three times as many. */
export function forwardFlops({
  nLayers,
  nHeads,
  dModel,
  dHead,
  dMlp,
  positions,
  batch,
}: StepShape): number {
  const heads = nHeads * dHead;
  const perToken =
    nLayers * (4 * dModel * heads + 2 * dModel * dMlp + 2 * positions * heads) + dModel;
  return 2 * positions * batch * perToken;
}

function configOf(shape: StepShape): TransformerConfig {
  const { nLayers, nHeads, dModel, dHead, dMlp, positions } = shape;
  return {
    nLayers,
    nHeads,
    dModel,
    dHead,
    dMlp,
    nCtx: positions,
    dVocab: VOCABULARY,
    dVocabOut: 1,
    actFn: "gelu",
    attentionDir: "causal",
    normalization: "none",
    initializerRange: 0.8 / Math.sqrt(dModel),
  };
}

/** Forward, mean squared error, backward, and Adam with one decay rate for both moments. */
export function stepProgram(shape: StepShape): e.Program<"loss"> {
  const config = configOf(shape);
  const { positions } = shape;
  const tokens = e.sampleInput("tokens", [positions]);
  const targets = e.sampleInput("targets", [positions, config.dVocabOut]);
  const parameters = [...parameterTensors(config)];
  const { logits } = forward(config, new Map(parameters), tokens);
  const loss = e.batchMean(e.mean(e.square(e.sub(logits, targets))));
  const gradients = e.gradients(
    loss,
    parameters.map(([, tensor]) => tensor),
  );
  const updates = parameters.flatMap(([key, parameter], i): e.Update[] => {
    const gradient = gradients[i]!;
    const first = e.parameter(`first:${key}`, parameter.shape);
    const second = e.parameter(`second:${key}`, parameter.shape);
    const mean = e.add(e.mul(first, BETA), e.mul(gradient, 1 - BETA));
    const spread = e.add(e.mul(second, BETA), e.mul(e.square(gradient), 1 - BETA));
    const change = e.div(e.mul(mean, LEARNING_RATE), e.add(e.sqrt(spread), EPSILON));
    return [
      { parameter: first, value: mean },
      { parameter: second, value: spread },
      { parameter, value: e.sub(parameter, change) },
    ];
  });
  return e.compile({ outputs: { loss }, updates });
}

/** A function that does one step on a backend and returns the loss. */
export function prepareStep(backend: e.Backend, shape: StepShape): () => number {
  const { positions, batch } = shape;
  const executable = backend.load(stepProgram(shape));
  const model = initializeTransformer(configOf(shape), keyNormals(Key.fromSeed(0)));
  const inputs: Record<string, e.Binding> = { ...weightBuffers(backend, model.weights) };
  for (const [key, { data }] of model.weights) {
    inputs[`first:${key}`] = backend.buffer(data.length);
    inputs[`second:${key}`] = backend.buffer(data.length);
  }
  inputs.tokens = backend.buffer(Key.fromSeed(1).integers(batch * positions, VOCABULARY));
  inputs.targets = backend.buffer(Key.fromSeed(2).uniform(batch * positions));
  return () => executable.run({ batch, inputs }).loss[0]!;
}
