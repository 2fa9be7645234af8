import {
  type Binding,
  expandDims,
  type Shape,
  sampleInput,
  type Tensor,
  transpose,
} from "../engine/index.ts";
import type { HookName } from "../transformer/index.ts";

/** The sample inputs of a graph: the same tensor whenever the same name is asked for. */
export type SampleInputs = (name: string, shape: Shape) => Tensor;

/** Makes the sample inputs of one graph. */
export function sampleInputs(): SampleInputs {
  const known = new Map<string, Tensor>();
  return (name, shape) => {
    const tensor = known.get(name) ?? sampleInput(name, shape);
    known.set(name, tensor);
    return tensor;
  };
}

/** The sample input with the logits of the clean run, `[keptPos, class]`. */
export const CLEAN_LOGITS = "cleanLogits";

/** Sample input `[]`: what a row counts in the loss; the rows add up to 1. */
export const ROW_WEIGHT = "rowWeight";

/**
 * Name of the sample input with what passes at a hook point in the clean run, or what it carries when
 * it is ablated: `clean:<hook>`, `ablated:<hook>`.
 */
export const runInput = (which: "clean" | "ablated", hook: HookName): string => `${which}:${hook}`;

/** Values by hook point as {@link runInput}s. */
export function namedInputs(
  which: "clean" | "ablated",
  values: ReadonlyMap<HookName, Binding>,
): Record<string, Binding> {
  return Object.fromEntries([...values].map(([hook, value]) => [runInput(which, hook), value]));
}

/** A source hook's tensor, `[pos, dModel]` or `[pos, head, dModel]`, as `[source, pos, dModel]`. */
export function asSources(x: Tensor): Tensor {
  return x.shape.length === 2 ? expandDims(x, 0) : transpose(x, [1, 0, 2]);
}
