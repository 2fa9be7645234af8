import { parameter, type Tensor } from "../../engine/index.ts";
import { constantTensors, type Transformer, type WeightTensors } from "../../transformer/index.ts";
import type { Recipe } from "../recipe.ts";
import type { TrainingTask } from "../task.ts";
import { UPDATE_INPUTS } from "../update.ts";
import type { Bridge } from "./bridge.ts";
import type { Compressed } from "./objective.ts";

/** How what is learnt makes a compressed transformer. */
export interface Compression {
  /** How many numbers are learnt. */
  readonly size: number;
  /** What they are before the first update, `[size]`. */
  start(recipe: Recipe): Float32Array;
  /** The compressed transformer on the learnt numbers `[size]`, as graph. */
  read(learned: Tensor): CompressionParts;
  /** A further loss on what the original computes at some hook points, `[]` per sequence. */
  readonly auxiliary?: {
    readonly weight: number;
    loss(compressed: Compressed, parts: CompressionParts, base: Tensor): Tensor;
  };
}

/** The learnt numbers as a transformer and its bridge. */
export interface CompressionParts {
  readonly weights: WeightTensors;
  readonly bridge: Bridge;
  /** See `Learned.parts`. */
  readonly parts: readonly Tensor[];
}

/** The input with the learnt numbers. */
export const learnedVector = ({ size }: Pick<Compression, "size">): Tensor =>
  parameter(UPDATE_INPUTS.weights, [size]);

/** Both transformers and the bridge as graph. */
export const compressedOf = (
  { lowLevelConfig }: TrainingTask,
  original: Transformer,
  { weights, bridge }: CompressionParts,
): Compressed => ({
  original: { config: original.config, weights: constantTensors(original, { sparse: true }) },
  small: { config: lowLevelConfig, weights },
  bridge,
});
