import { blockOf, type Relevances } from "./relevance.ts";

/** How the circuit is followed backwards from the outputs. */
export interface Rounds {
  /** 1: nodes are judged by the outputs alone. */
  readonly rounds: number;
  /** Nodes that are taken in each round, and are the targets of the next one. */
  readonly perRound: number;
}

/**
 * Scores of a search backwards, `[component]`: the nodes that are most relevant to the outputs are taken, then
 * those that are most relevant to these, round by round. Relevance to several targets is the sum of the shares in
 * them, over that of all nodes of a block. Nodes of a round have larger scores than those of the next, and these
 * than those that were never taken, because nothing of them is in the targets, which are judged by the outputs.
 *
 * @param sizes relevance to the outputs, `[component]`, of any sign or none
 */
export function searchScores(
  sizes: Float64Array,
  { of, names }: Relevances,
  { rounds, perRound }: Rounds,
): Float64Array {
  const largest = Math.max(0, ...sizes) || 1;
  /** Below 1: what was never taken comes last. */
  const scores = sizes.map((size) => (size / largest) * (1 - Number.EPSILON));
  const open = new Set(sizes.keys());
  let relevance = sizes;
  for (let round = 0; round < rounds && open.size > 0; round++) {
    const best = [...open]
      .filter((node) => relevance[node]! > 0)
      .sort((a, b) => relevance[b]! - relevance[a]!)
      .slice(0, perRound);
    const top = Math.max(...best.map((node) => relevance[node]!)) || 1;
    for (const node of best) {
      open.delete(node);
      scores[node] = rounds - round + (relevance[node]! / top) * (1 - Number.EPSILON);
    }
    relevance = perBlock(
      Float64Array.from(of, (cases) =>
        cases.reduce((sum, { shares }) => best.reduce((all, t) => all + shares[t]!, sum), 0),
      ),
      names,
    );
  }
  return scores;
}

/** Each number as a share of those of its block. */
function perBlock(values: Float64Array, names: readonly string[]): Float64Array {
  const sums = new Map<number, number>();
  for (const [i, name] of names.entries()) {
    sums.set(blockOf(name), (sums.get(blockOf(name)) ?? 0) + values[i]!);
  }
  return values.map((value, i) => value / (sums.get(blockOf(names[i]!)) || 1));
}
