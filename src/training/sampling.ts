import type { Key } from "../rng/index.ts";
import type { ModelNode } from "./nodes.ts";
import type { Recipe } from "./recipe.ts";

/** The number of a variable of the correspondence, each equally likely. */
export function drawVariable(key: Key, count: number): number {
  return key.fold("variable").integers(1, count)[0]!;
}

/**
 * The outside nodes to patch together: one (`individual`), each with probability ½ (`sample_all`;
 * possibly none), or `all`.
 */
export function drawOutside(
  key: Key,
  nodes: readonly ModelNode[],
  sampling: Recipe["siitSampling"],
): readonly ModelNode[] {
  const own = key.fold("outside");
  switch (sampling) {
    case "individual":
      return [own.choice(nodes)];
    case "sample_all": {
      const kept = own.bernoulli(nodes.length, 0.5);
      return nodes.filter((_, i) => kept[i] === 1);
    }
    case "all":
      return nodes;
  }
}
