/**
 * @file interpbench: transformers whose internal circuit is known.
 *
 * Every layer is also an entry point of its own (`interpbench/engine`, `interpbench/rasp`, …).
 */
export * as circuit from "./circuit/index.ts";
export * as engine from "./engine/index.ts";
export { formatError, InterpBenchError } from "./errors/index.ts";
export * as formats from "./formats/index.ts";
export * as rasp from "./rasp/index.ts";
export * as rng from "./rng/index.ts";
export * as tracr from "./tracr/index.ts";
export * as transformer from "./transformer/index.ts";
