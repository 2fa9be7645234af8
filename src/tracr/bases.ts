import { makeDirection } from "./direction.ts";
import { isSOpNode, type ProgramGraph } from "./graph.ts";
import { type Space, spanOf } from "./space.ts";
import type { InferredValues } from "./values.ts";

/** Where each SOp is written in the residual stream, by label. */
export type Bases = ReadonlyMap<string, Space>;

/**
 * The output space of each SOp: one direction per value if it is categorical, the single direction
 * `label` if it is numerical.
 */
export function assignBases(graph: ProgramGraph, { sets }: InferredValues): Bases {
  const bases = new Map<string, Space>();
  for (const node of graph.nodes.values()) {
    if (!isSOpNode(node)) continue;
    const isNumerical = node.expression.encoding === "numerical";
    const directions = isNumerical ? [makeDirection(node.label)] : sets.get(node.label)!.directions;
    bases.set(node.label, spanOf(directions));
  }
  return bases;
}
