import { einsum, reshape, type Tensor } from "../../engine/index.ts";
import { Key } from "../../rng/index.ts";
import {
  blockHook,
  constantTensors,
  type HookName,
  type Transformer,
  type TransformerConfig,
} from "../../transformer/index.ts";
import type { Compression } from "./compression.ts";
import { orthonormalColumns } from "./orthogonal.ts";
import { mapResidual } from "./residual-map.ts";

/** How the matrix of a linear compression begins: uniform in ±1/√c, or with orthonormal columns. */
export const LINEAR_INITIALIZATIONS = ["linear", "orthogonal"] as const;
export type LinearInitialization = (typeof LINEAR_INITIALIZATIONS)[number];

/** A linear compression of a transformer. */
export interface LinearCompression {
  /** c: the width of the compressed residual stream, 1 to the original's. */
  readonly dModel: number;
  /** Default `linear`. */
  readonly initialization?: LinearInitialization;
}

/** The shape of a transformer after a linear compression: narrower, and the same besides. */
export function linearConfig(
  config: TransformerConfig,
  { dModel }: LinearCompression,
): TransformerConfig {
  return Object.freeze({ ...config, dModel });
}

/**
 * Whether the compressed transformer is the original one at the start: an orthogonal matrix of full width
 * turns the residual stream, and nothing is lost.
 */
export const startsExact = (
  { dModel: full }: TransformerConfig,
  { dModel, initialization }: LinearCompression,
): boolean => initialization === "orthogonal" && dModel === full;

/**
 * The default of `lrStart` where {@link startsExact} holds. Adam moves every number by about its rate however
 * small the gradient is: at the usual 0.01, gradients of nothing but rounding take case 3 to 28 % accuracy in an epoch.
 */
export const EXACT_LR_START = 1e-3;

/** What writes to the residual stream, as nodes to exchange. */
function writers({ nLayers }: TransformerConfig): HookName[] {
  const blocks = Array.from({ length: nLayers }, (_, layer) => [
    blockHook(layer, "hook_attn_out"),
    blockHook(layer, "hook_mlp_out"),
  ]);
  return ["hook_embed", "hook_pos_embed", ...blocks.flat()];
}

/**
 * The weights of a transformer stand still; what is learnt is the matrix `W [d, c]` that its residual
 * stream is written and read through: see {@link mapResidual}.
 */
export function linearCompression(
  original: Transformer,
  { dModel, initialization = "linear" }: LinearCompression,
): Compression {
  const { config } = original;
  const shape = [config.dModel, dModel];
  const size = config.dModel * dModel;
  return {
    size,
    start: ({ seed }) => startMatrix(shape as [number, number], initialization, seed),
    read: (learned) => {
      const matrix = reshape(learned, shape);
      return {
        weights: mapResidual(config, constantTensors(original), matrix),
        bridge: {
          hooks: writers(config),
          compress: (_, x: Tensor) => einsum("pd,dc->pc", x, matrix),
          decompress: (_, x: Tensor) => einsum("pc,dc->pd", x, matrix),
        },
        parts: [matrix],
      };
    },
  };
}

function startMatrix(
  [rows, columns]: readonly [number, number],
  initialization: LinearInitialization,
  seed: number,
): Float32Array {
  const key = Key.fromSeed(seed).fold("weights");
  const size = rows * columns;
  if (initialization === "orthogonal") return orthonormalColumns(rows, columns, key.normal(size));
  return Float32Array.from(key.uniform(size), (unit) => (2 * unit - 1) / Math.sqrt(columns));
}
