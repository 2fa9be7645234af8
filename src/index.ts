/**
 * @file interpbench: transformers whose internal circuit is known.
 *
 * The functions of the main job are here (a case is compiled, trained, searched, scored); each
 * layer as a whole is a namespace here and an entry point of its own (`interpbench/engine`,
 * `interpbench/rasp`, …). Runs in Node and in browsers; what needs Node is in `interpbench/store`,
 * `interpbench/models`, `interpbench/jobs` and `interpbench/engine/node`.
 */

export * as cases from "./cases/index.ts";
export {
  allCases,
  type Case,
  caseTask,
  compileCase,
  type Dataset,
  generateData,
  getCase,
  groundTruthCircuit,
  highLevelModel,
  runCase,
} from "./cases/index.ts";
export * as circuit from "./circuit/index.ts";
export {
  type Circuit,
  type CircuitScore,
  evaluateCircuit,
  exactAuroc,
  mergeScores,
} from "./circuit/index.ts";
export * as discovery from "./discovery/index.ts";
export {
  type Algorithm,
  allAlgorithms,
  caseDiscoveryTask,
  type Discovery,
  type DiscoveryTask,
  getAlgorithm,
} from "./discovery/index.ts";
export * as engine from "./engine/index.ts";
export { type Backend, wasmBackend } from "./engine/index.ts";
export { formatError, InterpBenchError } from "./errors/index.ts";
export * as evaluation from "./evaluation/index.ts";
export { nodeEffects } from "./evaluation/index.ts";
export * as formats from "./formats/index.ts";
export * as interventions from "./interventions/index.ts";
export * as rasp from "./rasp/index.ts";
export * as report from "./report/index.ts";
export { drawCircuitSvg } from "./report/index.ts";
export * as rng from "./rng/index.ts";
export { Key } from "./rng/index.ts";
export * as statistics from "./statistics/index.ts";
export * as tracr from "./tracr/index.ts";
export { compileRasp } from "./tracr/index.ts";
export * as training from "./training/index.ts";
export { parseRecipe, type Recipe, type TrainingTask, train } from "./training/index.ts";
export * as transformer from "./transformer/index.ts";
export { run, type Transformer, type TransformerConfig } from "./transformer/index.ts";
