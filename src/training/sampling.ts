import type { ModelNode } from "../interventions/index.ts";
import type { Key } from "../rng/index.ts";
import type { Recipe } from "./recipe.ts";

/** The number of a variable of the correspondence, each equally likely. */
export function drawVariable(key: Key, count: number): number {
  return key.fold("variable").integers(1, count)[0]!;
}

/** How outside nodes are drawn. */
export type OutsideSampling = Recipe["siitSampling"];

/**
 * Which of `nodes` outside nodes to patch together, for each of some pairs `[pair, node]`, 0 or 1:
 * one (`individual`), each with probability ½ (`sample_all`; possibly none), `all`, or `mixed`: none,
 * one, all, or each with probability ½, a quarter of the pairs each. Without pairs that exchange all of
 * them, nodes may do the circuit's work together that none of them does alone: what is written by many is
 * still there when half of them are exchanged.
 */
export function drawOutsideMasks(
  key: Key,
  nodes: number,
  sampling: OutsideSampling,
  pairs: number,
): Uint8Array {
  const own = key.fold("outside");
  const one = () => {
    const masks = new Uint8Array(pairs * nodes);
    for (const [pair, node] of own.integers(pairs, nodes).entries()) masks[pair * nodes + node] = 1;
    return masks;
  };
  if (nodes === 0) return new Uint8Array(0);
  switch (sampling) {
    case "individual":
      return one();
    case "sample_all":
      return own.bernoulli(pairs * nodes, 0.5);
    case "all":
      return new Uint8Array(pairs * nodes).fill(1);
    case "mixed": {
      const kinds = key.fold("kind").integers(pairs, 4);
      const [single, masks] = [one(), own.bernoulli(pairs * nodes, 0.5)];
      for (const [pair, kind] of kinds.entries()) {
        const [start, end] = [pair * nodes, (pair + 1) * nodes];
        if (kind === 0) masks.fill(0, start, end);
        if (kind === 1) masks.set(single.subarray(start, end), start);
        if (kind === 2) masks.fill(1, start, end);
      }
      return masks;
    }
  }
}

/** The outside nodes to patch together in a whole batch, drawn as {@link drawOutsideMasks} does. */
export function drawOutside(
  key: Key,
  nodes: readonly ModelNode[],
  sampling: OutsideSampling,
): readonly ModelNode[] {
  const mask = drawOutsideMasks(key, nodes.length, sampling, 1);
  return nodes.filter((_, i) => mask[i] === 1);
}
