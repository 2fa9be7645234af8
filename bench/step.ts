import * as e from "../src/engine/index.ts";
import { unknownNameError } from "../src/errors/index.ts";
import { Key } from "../src/rng/index.ts";
import { flattenWeights, flatWeights } from "../src/training/index.ts";
import {
  forward,
  initializeTransformer,
  keyNormals,
  type TransformerConfig,
  type WeightTensors,
} from "../src/transformer/index.ts";

/** The decay rates of training. */
const ADAM: e.AdamOptions = { beta1: 0.9, beta2: 0.9, epsilon: 1e-8 };

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
  readonly vocabulary: number;
  /** 1: a number per position, mean squared error. More: classes of the last position. */
  readonly classes: number;
  readonly actFn: "gelu" | "gelu_new";
  readonly normalization: "none" | "LNPre";
}

/** Heads and neurons that go with a width: four heads that fill it, four neurons for each of it. */
export const widthsOf = (dModel: number) => ({ dModel, dHead: dModel / 4, dMlp: 4 * dModel });

const SMALL = {
  nLayers: 2,
  nHeads: 4,
  batch: 256,
  vocabulary: 6,
  classes: 1,
  actFn: "gelu",
  normalization: "none",
} as const;

/** The shapes of docs/performance.md: case 3's model, a ladder of widths, the IOI model. */
export const STEP_SHAPES: readonly StepShape[] = [
  { name: "case 3", ...SMALL, ...widthsOf(12), positions: 5 },
  { name: "d_model 4", ...SMALL, ...widthsOf(4), positions: 10 },
  { name: "d_model 12", ...SMALL, ...widthsOf(12), positions: 10 },
  { name: "d_model 20", ...SMALL, ...widthsOf(20), positions: 10 },
  { name: "d_model 64", ...SMALL, ...widthsOf(64), positions: 10 },
  { name: "d_model 200", ...SMALL, ...widthsOf(200), positions: 10 },
  {
    name: "IOI",
    nLayers: 6,
    nHeads: 4,
    dModel: 64,
    dHead: 16,
    dMlp: 3072,
    positions: 16,
    batch: 256,
    vocabulary: 50257,
    classes: 50257,
    actFn: "gelu_new",
    normalization: "LNPre",
  },
];

/** One of {@link STEP_SHAPES} by name. */
export function stepShape(name: string): StepShape {
  const shape = STEP_SHAPES.find((candidate) => candidate.name === name);
  if (shape !== undefined) return shape;
  throw unknownNameError(
    "E_SHAPE",
    "training step",
    name,
    STEP_SHAPES.map((candidate) => candidate.name),
  );
}

const WEIGHTS = "weights";
const LEARNING_RATE = 1e-3;

/** Multiplications and additions of a step: three times those of the forward pass. */
export function stepFlops(shape: StepShape): number {
  const { nLayers, nHeads, dModel, dHead, dMlp, positions, batch, classes } = shape;
  const heads = nHeads * dHead;
  const perToken = nLayers * (4 * dModel * heads + 2 * dModel * dMlp + 2 * positions * heads);
  const outputs = classes === 1 ? positions : 1;
  return 6 * batch * (positions * perToken + outputs * dModel * classes);
}

function configOf(shape: StepShape): TransformerConfig {
  const { nLayers, nHeads, dModel, dHead, dMlp, positions, vocabulary, classes } = shape;
  return {
    nLayers,
    nHeads,
    dModel,
    dHead,
    dMlp,
    nCtx: positions,
    dVocab: vocabulary,
    dVocabOut: classes,
    actFn: shape.actFn,
    attentionDir: "causal",
    normalization: shape.normalization,
    initializerRange: 0.8 / Math.sqrt(dModel),
  };
}

function lossOf(shape: StepShape, weights: WeightTensors): e.Tensor {
  const config = configOf(shape);
  const tokens = e.sampleInput("tokens", [shape.positions]);
  if (shape.classes === 1) {
    const { logits } = forward(config, weights, tokens);
    const targets = e.sampleInput("targets", [shape.positions, 1]);
    return e.batchMean(e.mean(e.square(e.sub(logits, targets))));
  }
  const { logits } = forward(config, weights, tokens, { logitsAt: "last" });
  const target = e.sampleInput("targets", [1]);
  return e.batchMean(e.sum(e.crossEntropy(logits, target)));
}

/** Forward, loss, backward, and Adam on all weights as one vector, as in training. */
export function stepProgram(shape: StepShape): e.Program<"loss"> {
  const { flat, tensors } = flatWeights(configOf(shape), WEIGHTS);
  const loss = lossOf(shape, tensors);
  const learned = { parameter: flat, parts: [...tensors.values()] };
  const { updates } = e.optimizerStep([learned], loss, { adam: ADAM });
  return e.compile({ outputs: { loss }, updates });
}

/** A step that is ready to run on a backend; `run` returns the loss. */
export interface PreparedStep {
  run(): number;
  dispose(): void;
}

/** Loads a step on a backend. */
export function prepareStep(backend: e.Backend, shape: StepShape): PreparedStep {
  const { positions, batch, vocabulary, classes } = shape;
  const executable = backend.load(stepProgram(shape));
  const config = configOf(shape);
  const model = initializeTransformer(config, keyNormals(Key.fromSeed(0)));
  const weights = flattenWeights(config, model.weights);
  const moments = e.momentNames(WEIGHTS);
  const inputs = {
    [WEIGHTS]: backend.buffer(weights),
    [moments.first]: backend.buffer(weights.length),
    [moments.second]: backend.buffer(weights.length),
    tokens: backend.buffer(Key.fromSeed(1).integers(batch * positions, vocabulary)),
    targets: backend.buffer(
      classes === 1
        ? Key.fromSeed(2).uniform(batch * positions)
        : Key.fromSeed(2).integers(batch, classes),
    ),
  };
  const scalars = e.adamScalars(1, LEARNING_RATE, ADAM);
  return {
    run: () => executable.run({ batch, inputs, scalars }).loss[0]!,
    dispose: () => {
      executable.dispose();
      for (const buffer of Object.values(inputs)) buffer.dispose();
    },
  };
}
