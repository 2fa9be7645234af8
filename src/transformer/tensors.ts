import {
  type Backend,
  type Buffer,
  constant,
  formatShape,
  parameter,
  sameShape,
  type Tensor,
} from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { TransformerConfig } from "./config.ts";
import { assertWeights, type Transformer, type Weights, weightShapes } from "./weights.ts";

/** A graph's tensors for the weights, by TransformerLens key. */
export type WeightTensors = ReadonlyMap<string, Tensor>;

/** The tensor of one weight. Throws `E_WEIGHTS` when it is missing or has the wrong shape. */
export function weightTensor(
  config: TransformerConfig,
  weights: WeightTensors,
  key: string,
): Tensor {
  const shape = weightShapes(config).get(key);
  if (shape === undefined) throw new Error(`internal: no weight ${key}`);
  const tensor = weights.get(key);
  if (tensor === undefined || !sameShape(tensor.shape, shape)) {
    throw new InterpBenchError("E_WEIGHTS", `the graph has no usable tensor for "${key}"`, {
      at: key,
      expected: formatShape(shape),
      received: tensor === undefined ? "nothing" : formatShape(tensor.shape),
    });
  }
  return tensor;
}

/** How the weights of one of several transformers in a program are told apart. */
export interface NamingOptions {
  /** Put in front of every key in the names of inputs. Default `""`. */
  readonly prefix?: string;
}

/** One trainable parameter tensor per weight; the input is named `<prefix><key>`. */
export function parameterTensors(
  config: TransformerConfig,
  { prefix = "" }: NamingOptions = {},
): WeightTensors {
  return new Map(
    [...weightShapes(config)].map(([key, shape]) => [key, parameter(prefix + key, shape)]),
  );
}

/** How frozen weights are put into a graph. */
export interface ConstantOptions {
  /**
   * Declare the weight matrices of blocks and unembedding sparse, which pays for compiled
   * (Tracr) transformers: a product then costs their non-zeros. Default `false`.
   */
  readonly sparse?: boolean;
}

/** The weights of a transformer as constants of a graph. */
export function constantTensors(
  { config, weights }: Transformer,
  options: ConstantOptions = {},
): WeightTensors {
  assertWeights(config, weights);
  return constantsOf(weights, options);
}

/** Some weights of a transformer as constants of a graph. */
export function constantsOf(
  weights: Weights,
  { sparse = false }: ConstantOptions = {},
): WeightTensors {
  const isMatrix = (key: string) => /^(blocks\..*|unembed)\.W_/.test(key);
  return new Map(
    [...weights].map(([key, { shape, data }]) => [
      key,
      constant(data, shape, { sparse: sparse && isMatrix(key) }),
    ]),
  );
}

/**
 * New buffers with the weights, by input name `<prefix><key>`: the `inputs` of a run whose graph
 * uses {@link parameterTensors}.
 */
export function weightBuffers(
  backend: Backend,
  weights: Weights,
  { prefix = "" }: NamingOptions = {},
): Record<string, Buffer> {
  return Object.fromEntries(
    [...weights].map(([key, { data }]) => [prefix + key, backend.buffer(data)]),
  );
}

/** A copy of the buffers' contents as weights, in state-dict order. */
export function readWeights(
  config: TransformerConfig,
  buffers: Readonly<Record<string, Buffer>>,
  { prefix = "" }: NamingOptions = {},
): Weights {
  const weights = new Map(
    [...weightShapes(config)].map(([key, shape]) => {
      const buffer = buffers[prefix + key];
      if (buffer === undefined) {
        throw new InterpBenchError("E_WEIGHTS", `there is no buffer for the weight "${key}"`, {
          at: prefix + key,
          expected: `a buffer for ${formatShape(shape)}`,
        });
      }
      return [key, { shape, data: Float32Array.from(buffer.read()) }] as const;
    }),
  );
  assertWeights(config, weights);
  return weights;
}
