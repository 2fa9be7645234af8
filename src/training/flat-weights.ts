import { parameter, reshape, sizeOf, slice, type Tensor } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  assertWeights,
  countParameters,
  type TransformerConfig,
  type Weights,
  type WeightTensors,
  weightShapes,
} from "../transformer/index.ts";

/** All weights as one vector, and the views of it that a forward pass reads. */
export interface FlatWeights {
  /** The trainable input `[parameter]`, in state-dict order. */
  readonly flat: Tensor;
  readonly tensors: WeightTensors;
}

/**
 * One trainable vector that holds every weight: a step then updates three buffers (weights and two
 * moments), and a checkpoint is three arrays. The views cost nothing.
 */
export function flatWeights(config: TransformerConfig, name = "weights"): FlatWeights {
  const flat = parameter(name, [countParameters(config)]);
  let start = 0;
  const tensors = new Map<string, Tensor>();
  for (const [key, shape] of weightShapes(config)) {
    const end = start + sizeOf(shape);
    tensors.set(key, reshape(slice(flat, 0, start, end), shape));
    start = end;
  }
  return { flat, tensors };
}

/** The weights one after the other, in state-dict order. */
export function flattenWeights(config: TransformerConfig, weights: Weights): Float32Array {
  assertWeights(config, weights);
  const flat = new Float32Array(countParameters(config));
  let start = 0;
  for (const key of weightShapes(config).keys()) {
    const { data } = weights.get(key)!;
    flat.set(data, start);
    start += data.length;
  }
  return flat;
}

/** Inverse of {@link flattenWeights}; the values are copied. Throws `E_WEIGHTS` for another length. */
export function unflattenWeights(config: TransformerConfig, flat: ArrayLike<number>): Weights {
  const expected = countParameters(config);
  if (flat.length !== expected) {
    throw new InterpBenchError("E_WEIGHTS", "the values do not fill the transformer", {
      expected: `${expected} values`,
      received: `${flat.length} values`,
    });
  }
  const values = flat instanceof Float32Array ? flat : Float32Array.from(flat);
  let start = 0;
  return new Map(
    [...weightShapes(config)].map(([key, shape]) => {
      const end = start + sizeOf(shape);
      const data = values.slice(start, end);
      start = end;
      return [key, { shape, data }];
    }),
  );
}
