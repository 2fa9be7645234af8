import { InterpBenchError } from "../errors/index.ts";
import {
  makeTransformer,
  type Transformer,
  type TransformerConfig,
  type Weight,
  type Weights,
} from "../transformer/index.ts";
import { type HalfBits, type StoredArray, toFloat32 } from "./array.ts";
import { decodeConfig, encodeConfig } from "./config-json.ts";
import { halfArray } from "./half.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** The two files of a model folder: `config.json` and `model.safetensors`. */
export interface ModelFiles {
  readonly config: string;
  readonly weights: Uint8Array;
}

/** Options of {@link encodeModel} and {@link encodeWeights}. */
export interface WeightOptions {
  /**
   * Add the `mask` and `IGNORE` buffers of TransformerLens' attention, which its strict loading
   * wants: nCtx² bytes per layer. Default false.
   */
  readonly buffers?: boolean;
  /** Round weights to half precision (F16), in half the bytes. Default false. */
  readonly half?: boolean;
}

/** The files of a transformer. The same transformer gives the same bytes. */
export function encodeModel(transformer: Transformer, options: WeightOptions = {}): ModelFiles {
  return {
    config: encodeConfig(transformer.config),
    weights: encodeWeights(transformer, options),
  };
}

/**
 * The transformer of a config and its weights. `E_CONFIG`, `E_SAFETENSORS`, `E_DTYPE`, or
 * `E_WEIGHTS` for missing or unknown keys and wrong shapes.
 */
export function decodeModel(files: ModelFiles, at = "model"): Transformer {
  const config = decodeConfig(files.config, `${at}/config.json`);
  const weights = decodeWeights(files.weights, `${at}/model.safetensors`);
  try {
    return makeTransformer(config, weights);
  } catch (error) {
    if (!(error instanceof InterpBenchError)) throw error;
    const { code, message, expected, received, hint } = error;
    const place = error.at === undefined ? at : `${at}: ${error.at}`;
    throw new InterpBenchError(code, message, {
      at: place,
      expected,
      received,
      hint,
      cause: error,
    });
  }
}

/** Weights as safetensors under their TransformerLens keys. `E_NUMBER` for those that half precision cannot hold. */
export function encodeWeights(
  { config, weights }: Transformer,
  options: WeightOptions = {},
): Uint8Array {
  const tensors = new Map<string, StoredArray | HalfBits>(
    Array.from(weights, ([key, weight]) => [
      key,
      options.half === true
        ? halfArray(weight.shape, weight.data)
        : { dtype: "F32" as const, ...weight },
    ]),
  );
  if (options.buffers === true) {
    for (const [key, buffer] of attentionBuffers(config)) tensors.set(key, buffer);
  }
  return encodeSafetensors(tensors, new Map([["format", "pt"]]));
}

/** Weights of a safetensors file: see {@link weightsOf}. */
export function decodeWeights(bytes: Uint8Array, at = "model.safetensors"): Weights {
  return weightsOf(decodeSafetensors(bytes, at).tensors, at);
}

/**
 * Stored arrays as weights in float32 (16-bit floats are exact, float64 is rounded), without
 * TransformerLens' `mask` and `IGNORE` buffers. Keys and shapes are not checked: `makeTransformer`
 * does that.
 */
export function weightsOf(arrays: ReadonlyMap<string, StoredArray>, at: string): Weights {
  const weights = new Map<string, Weight>();
  for (const [key, array] of arrays) {
    if (/^blocks\.\d+\.attn\.(?:mask|IGNORE)$/.test(key)) continue;
    weights.set(key, { shape: array.shape, data: toFloat32(array, `${at}: ${key}`) });
  }
  return weights;
}

/** `mask` (lower triangle, also in bidirectional models) and `IGNORE` (−∞) of every block. */
function attentionBuffers({ nLayers, nCtx }: TransformerConfig): [string, StoredArray][] {
  const mask = Uint8Array.from({ length: nCtx * nCtx }, (_, i) =>
    i % nCtx <= Math.floor(i / nCtx) ? 1 : 0,
  );
  return Array.from({ length: nLayers }, (_, layer): [string, StoredArray][] => [
    [`blocks.${layer}.attn.mask`, { dtype: "BOOL", shape: [nCtx, nCtx], data: mask }],
    [`blocks.${layer}.attn.IGNORE`, { dtype: "F32", shape: [], data: Float32Array.of(-Infinity) }],
  ]).flat();
}
