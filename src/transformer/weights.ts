import { formatShape, type Shape, sameShape, sizeOf } from "../engine/index.ts";
import { InterpBenchError, unknownNameError } from "../errors/index.ts";
import { assertConfig, type TransformerConfig } from "./config.ts";

/** One weight tensor: row-major float32 `data` under `shape`. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** TransformerLens keys in state-dict order (`blocks.0.attn.W_Q`, …), without `mask`/`IGNORE`. */
export type Weights = ReadonlyMap<string, Weight>;

/** A transformer: its shape and its weights. */
export interface Transformer {
  readonly config: TransformerConfig;
  readonly weights: Weights;
}

/** Shapes of configs that somebody has: they do not change. */
const shapes = new WeakMap<TransformerConfig, ReadonlyMap<string, Shape>>();

/**
 * Keys and shapes of all weights, in the order of a TransformerLens state dict:
 * `embed.W_E [dVocab, dModel]`, `pos_embed.W_pos [nCtx, dModel]`; per block `attn.W_Q`, `W_K`,
 * `W_V [head, dModel, dHead]`, `W_O [head, dHead, dModel]`, `b_Q`, `b_K`, `b_V [head, dHead]`,
 * `b_O [dModel]`, `mlp.W_in [dModel, dMlp]`, `b_in [dMlp]`, `W_out [dMlp, dModel]`,
 * `b_out [dModel]`; `unembed.W_U [dModel, dVocabOut]`, `b_U [dVocabOut]`.
 */
export function weightShapes(config: TransformerConfig): ReadonlyMap<string, Shape> {
  const known = shapes.get(config) ?? new Map(eachWeightShape(config));
  shapes.set(config, known);
  return known;
}

/** {@link weightShapes} one after the other, for configs whose sizes nobody has checked yet. */
function* eachWeightShape(
  config: TransformerConfig,
): Generator<readonly [key: string, shape: Shape], void> {
  const { nLayers, nHeads, dModel, dHead, dMlp, nCtx, dVocab, dVocabOut } = config;
  yield ["embed.W_E", [dVocab, dModel]];
  yield ["pos_embed.W_pos", [nCtx, dModel]];
  for (let layer = 0; layer < nLayers; layer++) {
    const block = `blocks.${layer}`;
    yield [`${block}.attn.W_Q`, [nHeads, dModel, dHead]];
    yield [`${block}.attn.W_O`, [nHeads, dHead, dModel]];
    yield [`${block}.attn.b_Q`, [nHeads, dHead]];
    yield [`${block}.attn.b_O`, [dModel]];
    yield [`${block}.attn.W_K`, [nHeads, dModel, dHead]];
    yield [`${block}.attn.W_V`, [nHeads, dModel, dHead]];
    yield [`${block}.attn.b_K`, [nHeads, dHead]];
    yield [`${block}.attn.b_V`, [nHeads, dHead]];
    yield [`${block}.mlp.W_in`, [dModel, dMlp]];
    yield [`${block}.mlp.b_in`, [dMlp]];
    yield [`${block}.mlp.W_out`, [dMlp, dModel]];
    yield [`${block}.mlp.b_out`, [dModel]];
  }
  yield ["unembed.W_U", [dModel, dVocabOut]];
  yield ["unembed.b_U", [dVocabOut]];
}

/** The share of weights that are not 0, from 0 to 1: next to nothing in compiled transformers. */
export function nonZeroShare({ weights }: Transformer): number {
  let [nonZero, all] = [0, 0];
  for (const { data } of weights.values()) {
    all += data.length;
    for (let i = 0; i < data.length; i++) if (data[i] !== 0) nonZero++;
  }
  return nonZero / all;
}

/** The number of trainable values, biases included. */
export function countParameters(config: TransformerConfig): number {
  return [...weightShapes(config).values()].reduce((total, shape) => total + sizeOf(shape), 0);
}

/**
 * About the multiply-adds of a forward pass over so many positions: each weight once at each of them.
 * Leaves out the products of queries with keys, and the zeros of sparse weights.
 */
export function forwardWork(config: TransformerConfig, positions: number): number {
  return countParameters(config) * positions;
}

/** A weight, or a tensor standing for one: anything with a shape. */
interface Shaped {
  readonly shape: Shape;
}

/** Throws `E_WEIGHTS` unless `weights` has exactly the keys and shapes of {@link weightShapes}. */
export function assertWeightShapes(
  config: TransformerConfig,
  weights: ReadonlyMap<string, Shaped>,
): void {
  // One by one: a config can name more layers than there is room to list.
  for (const [key, shape] of eachWeightShape(config)) {
    const weight = weights.get(key);
    if (weight === undefined) {
      throw new InterpBenchError("E_WEIGHTS", `the weight "${key}" is missing`, {
        at: key,
        expected: `${key} ${formatShape(shape)}`,
      });
    }
    if (!sameShape(weight.shape, shape)) {
      throw new InterpBenchError("E_WEIGHTS", `the weight "${key}" has the wrong shape`, {
        at: key,
        expected: formatShape(shape),
        received: formatShape(weight.shape),
        hint: "Does the config belong to these weights?",
      });
    }
  }
  const shapes = weightShapes(config);
  for (const key of weights.keys()) {
    if (!shapes.has(key)) throw unknownNameError("E_WEIGHTS", "weight", key, shapes.keys(), key);
  }
}

/**
 * Throws `E_WEIGHTS` unless `weights` has exactly the keys and shapes of {@link weightShapes} and
 * every `data` fills its shape. The values themselves are not looked at.
 */
export function assertWeights(config: TransformerConfig, weights: Weights): void {
  assertWeightShapes(config, weights);
  for (const [key, { shape, data }] of weights) {
    if (data.length !== sizeOf(shape)) {
      throw new InterpBenchError("E_WEIGHTS", `the values of "${key}" do not fill its shape`, {
        at: key,
        expected: `${sizeOf(shape)} values for ${formatShape(shape)}`,
        received: `${data.length} values`,
      });
    }
  }
}

/**
 * A transformer from a config and its weights, both checked; the keys are put in state-dict order.
 * The arrays are not copied. Throws `E_CONFIG` or `E_WEIGHTS`.
 */
export function makeTransformer(config: TransformerConfig, weights: Weights): Transformer {
  assertConfig(config);
  assertWeights(config, weights);
  const ordered = new Map([...weightShapes(config).keys()].map((key) => [key, weights.get(key)!]));
  return Object.freeze({ config: Object.freeze({ ...config }), weights: ordered });
}
