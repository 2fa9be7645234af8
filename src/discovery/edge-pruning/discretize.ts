import { type Circuit, type ComputationalGraph, circuitOf } from "../../circuit/index.ts";
import { sourceHooks, type TransformerConfig } from "../../transformer/index.ts";
import { logistic, TEMPERATURE, zeroProbability } from "../masks/hard-concrete.ts";
import { edgeValues, maskSlots } from "../masks/masked-run.ts";
import { readWriteScheme } from "../masks/read-write-scheme.ts";

/** By which mask logits are multiplied before they are looked at without noise, as in the original. */
const SOFTENING = 0.8;

/** The value of a mask without noise, `σ(0.8·θ/β)`. */
export function softMask(maskLogit: number): number {
  return logistic((SOFTENING * maskLogit) / TEMPERATURE);
}

/**
 * How many of some masks are left by their own account: of each tensor the `round(Σ P(z = 0))` smallest soft
 * values are taken as 0, and the rest added up.
 */
function expectedCount(tensors: readonly Float64Array[]): number {
  let total = 0;
  for (const maskLogits of tensors) {
    const expectedZeros = maskLogits.reduce((sum, logit) => sum + zeroProbability(logit), 0);
    const soft = Array.from(maskLogits, softMask).sort((a, b) => a - b);
    total += soft.slice(Math.round(expectedZeros)).reduce((sum, value) => sum + value, 0);
  }
  return Math.round(total);
}

/** 1 for the `count` largest of some numbers, the first of equal ones, and 0 for the others. */
function largest(values: Float64Array, count: number): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
  const kept = new Float64Array(values.length);
  for (const i of order.slice(0, count)) kept[i] = 1;
  return kept;
}

/**
 * The circuit that trained masks stand for: as many edges, and as many sources, as the masks leave by their own
 * account, those with the largest soft values; without the edges of sources that are not kept.
 *
 * The original looks for a threshold that gives that many to within 1e-5; this counts.
 *
 * @param maskLogits `[mask]` of {@link readWriteScheme}
 */
export function discreteCircuit(
  config: TransformerConfig,
  graph: ComputationalGraph,
  maskLogits: Float64Array,
): Circuit {
  const writes = new Set<string>(sourceHooks(config));
  const slots = maskSlots(readWriteScheme, config);
  const kept = [
    slots.filter(({ hook }) => !writes.has(hook)),
    slots.filter(({ hook }) => writes.has(hook)),
  ]
    .map((group) => group.map(({ start, end }) => maskLogits.subarray(start, end)))
    .flatMap((tensors) => [
      ...largest(Float64Array.from(tensors.flatMap((part) => [...part])), expectedCount(tensors)),
    ]);
  const values = edgeValues(readWriteScheme, config, graph, Float64Array.from(kept));
  return circuitOf(graph.edges.filter(({ index }) => values[index] === 1).map(({ edge }) => edge));
}
