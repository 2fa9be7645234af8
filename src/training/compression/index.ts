/**
 * @file Compression of a transformer: a smaller one learns to give its outputs, and to behave like it
 * when nodes of both are exchanged (the route to realistic models that InterpBench tried before SIIT).
 *
 * What is learnt is a {@link Compression}: numbers that the smaller transformer's weights follow from,
 * and the bridge by which activations of the two become each other. Pairs, schedules, validation and
 * states are those of all training.
 */
export { type AutoencoderShape, HIDDEN_SHAPES, type HiddenShape } from "./autoencoder.ts";
export type { Bridge } from "./bridge.ts";
export type { Compression, CompressionParts } from "./compression.ts";
export { drawExchanges, EXCHANGES, NODE_SAMPLINGS, type NodeSampling } from "./exchanges.ts";
export { compressionLearning, type ExchangeOptions } from "./learning.ts";
export {
  EXACT_LR_START,
  LINEAR_INITIALIZATIONS,
  type LinearCompression,
  type LinearInitialization,
  linearCompression,
  linearConfig,
  startsExact,
} from "./linear.ts";
export {
  type NonLinearCompression,
  nonLinearCompression,
  nonLinearConfig,
  nonLinearShapes,
  type TrainedAutoencoders,
  trainAutoencoders,
} from "./non-linear.ts";
export { exchangeObjective } from "./objective.ts";
export {
  type CompressionRecipe,
  type CompressionRecipeInput,
  compressionSchema,
  exchangeOptions,
  parseCompression,
  runRecipe,
} from "./recipe.ts";
export { mapResidual } from "./residual-map.ts";
export { compressedWidth, type WidthChoice } from "./width.ts";
