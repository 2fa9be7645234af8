import type { ComputationalGraph } from "../../circuit/index.ts";

/** Edges into one destination that are removed together or not at all. */
export interface Cut {
  /** Index in the graph's destinations. */
  readonly destination: number;
  /** Indices in the graph's edges. */
  readonly edges: readonly number[];
}

/** Cuts of one edge each, in the order of `order`. */
export function singleCuts(graph: ComputationalGraph, order: readonly number[]): Cut[] {
  return order.map((edge) => ({
    destination: graph.edges[edge]!.destination,
    edges: [edge],
  }));
}

/** How cuts are judged. */
export interface DecisionRule {
  /** What thresholds are compared with, of the change of the loss. */
  readonly measure: (change: number) => number;
  /** Whether cuts that can change nothing are removed untested, whatever the threshold. */
  readonly dropsUnreachable: boolean;
}

/** ACDC as AutoCircuit has it: the change itself; what changes nothing is judged like all others. */
export const plainRule: DecisionRule = { measure: (change) => change, dropsUnreachable: false };
