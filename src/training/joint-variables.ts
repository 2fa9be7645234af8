import { formatNode } from "../circuit/index.ts";
import { asModelNodes, type ModelNode } from "../interventions/index.ts";
import type { AlignedVariable } from "./alignment.ts";

/** Variables whose interventions are one and the same. */
export interface JointVariables {
  /** Their numbers in the correspondence. */
  readonly variables: readonly number[];
  /** Their low-level nodes. */
  readonly nodes: readonly ModelNode[];
}

/** The different interventions of a correspondence: variables may share places in both models. */
export function jointVariables(correspondence: readonly AlignedVariable[]): JointVariables[] {
  const groups = new Map<string, { variables: number[]; nodes: ModelNode[] }>();
  for (const [variable, { hl, ll }] of correspondence.entries()) {
    const key = [hl, ...ll].map(formatNode).join();
    const group = groups.get(key) ?? { variables: [], nodes: asModelNodes(ll) };
    group.variables.push(variable);
    groups.set(key, group);
  }
  return [...groups.values()];
}
