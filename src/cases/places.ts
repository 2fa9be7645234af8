import type { Node } from "../circuit/index.ts";
import type { CompiledProgram } from "../tracr/index.ts";
import type { LowLevelPlace } from "./case.ts";
import type { CausalVariable } from "./causal-model.ts";

/**
 * The node at a place: `blocks.l.attn.hook_result` with a head, or `blocks.l.mlp.hook_post` with
 * `head: null`: the activations that training exchanges between inputs.
 */
export function nodeAt({ layer, head }: LowLevelPlace): Node {
  return head === "mlp"
    ? { hook: `blocks.${layer}.mlp.hook_post`, head: null }
    : { hook: `blocks.${layer}.attn.hook_result`, head };
}

/** What the heads and MLPs of a compiled transformer write, in order of execution. */
export function compiledVariables({ wiring }: Pick<CompiledProgram, "wiring">): CausalVariable[] {
  return wiring.flatMap((part) => {
    const head = part.kind === "head" ? part.head : "mlp";
    return part.writes.map((label) => ({ label, node: nodeAt({ layer: part.layer, head }) }));
  });
}

/** A place as people read it: `a1.2` for a head, `m0` for an MLP. */
export function placeText({ layer, head }: LowLevelPlace): string {
  return head === "mlp" ? `m${layer}` : `a${layer}.${head}`;
}

/** Whether what is computed at a place can read what has been computed at another. */
export function isBehind(place: LowLevelPlace, other: LowLevelPlace): boolean {
  const stage = ({ layer, head }: LowLevelPlace) => 2 * layer + (head === "mlp" ? 1 : 0);
  return stage(place) > stage(other);
}
