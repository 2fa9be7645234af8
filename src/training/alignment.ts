import type { Node } from "../circuit/index.ts";
import { lowLevelNodes, type ModelNode, overlap } from "../interventions/index.ts";
import type { TransformerConfig } from "../transformer/index.ts";

/** One variable of the high-level model, and the low-level nodes that must implement it. */
export interface AlignedVariable {
  /** What of the high-level model holds it: a node of one of its variables. */
  readonly hl: Node;
  /** The variable's name, e.g. `frac_prevs_1`. */
  readonly label: string;
  /** Its image: the low-level nodes that are exchanged together. */
  readonly ll: readonly Node[];
}

/** The low-level nodes that implement some variable, in order of execution. */
export function insideNodes(
  config: TransformerConfig,
  correspondence: readonly AlignedVariable[],
): ModelNode[] {
  const images = correspondence.flatMap(({ ll }) => ll);
  return lowLevelNodes(config).filter((node) => images.some((image) => overlap(node, image)));
}

/**
 * The low-level nodes that implement no variable, in order of execution: the ones whose ablation
 * must not matter.
 */
export function outsideNodes(
  config: TransformerConfig,
  correspondence: readonly AlignedVariable[],
): ModelNode[] {
  const images = correspondence.flatMap(({ ll }) => ll);
  return lowLevelNodes(config).filter((node) => !images.some((image) => overlap(node, image)));
}
