/**
 * @file Tensor programs: build a graph for ONE sequence, differentiate it, compile it, run it over
 * a batch on one of several backends.
 *
 * A graph never has a batch axis. Its tensors are per sample (tokens, activations) or shared
 * (parameters, constants, run-time scalars, sums over the batch); the engine puts the batch into
 * the lanes of vector instructions. May import: `errors/`. Ideas: JAX's `vmap` and graph-to-graph
 * autodiff, tinygrad's small set of operations.
 */
export { gradients } from "./autodiff/gradients.ts";
export { einsum, matmul } from "./graph/contract.ts";
export {
  abs,
  add,
  div,
  equal,
  erf,
  exp,
  gelu,
  geluNew,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  maximum,
  minimum,
  mul,
  neg,
  normalPdf,
  notEqual,
  relu,
  sigmoid,
  sign,
  sqrt,
  square,
  step,
  stopGradient,
  sub,
  tanh,
  where,
} from "./graph/elementwise.ts";
export {
  batchSize,
  type ConstantOptions,
  constant,
  fill,
  type Operand,
  parameter,
  sampleInput,
  sampleMask,
  scalar,
} from "./graph/inputs.ts";
export { embed, oneHot, pick, scatterRows, spread } from "./graph/lookups.ts";
export { withoutUnread } from "./graph/narrow.ts";
export {
  argmax,
  batchMean,
  batchSum,
  max,
  mean,
  type ReduceOptions,
  sum,
} from "./graph/reductions.ts";
export { formatShape, type Shape, sameShape, sizeOf } from "./graph/shape.ts";
export { crossEntropy, logSoftmax, type SoftmaxOptions, softmax } from "./graph/softmax.ts";
export type { Extent, Operation, SoftmaxFacts, Tensor } from "./graph/tensor.ts";
export {
  broadcastTo,
  concat,
  expandDims,
  index,
  pad,
  reshape,
  slice,
  squeeze,
  stack,
  transpose,
} from "./graph/views.ts";
export {
  type AdamOptions,
  adam,
  adamScalars,
  momentNames,
  PYTORCH_ADAM,
} from "./optimizer/adam.ts";
export { type ClippedGradients, clipByGlobalNorm, globalNorm } from "./optimizer/clipping.ts";
export {
  type Learned,
  type OptimizerStep,
  optimizerStep,
  type StepOptions,
} from "./optimizer/step.ts";
export type {
  Backend,
  Binding,
  Buffer,
  Executable,
  MemoryUse,
  Run,
  RunOptions,
  RunResults,
  SampleRows,
  Values,
} from "./program/backend.ts";
export { type Keeper, keeper, keptPrograms } from "./program/kept.ts";
export {
  compile,
  type Program,
  type ProgramInput,
  type ProgramSpec,
  type Update,
} from "./program/program.ts";
export { runSteps, type Steps } from "./program/steps.ts";
export { referenceBackend } from "./reference/backend.ts";
export { type WasmOptions, wasmBackend } from "./wasm/backend.ts";
