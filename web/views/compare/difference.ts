import type { Ranked } from "../../engine/methods/rank.ts";

/** An edge in two rankings. */
export interface EdgePair {
  readonly edge: string;
  readonly name: string;
  readonly left: number;
  readonly right: number;
  readonly isTrue: boolean | undefined;
}

/** What two methods have in common, and what only one has. */
export interface Difference {
  readonly both: ReadonlySet<string>;
  readonly onlyLeft: ReadonlySet<string>;
  readonly onlyRight: ReadonlySet<string>;
  /** All edges, those first whose ranks differ most; none where the models are not of the same shape. */
  readonly pairs: readonly EdgePair[];
}

/**
 * The edges that a method says are the circuit: its own, or the first `count`, with those
 * that are equal to the last of them.
 */
export function edgesOf({ circuit, edges }: Ranked, count: number): ReadonlySet<string> {
  if (circuit !== undefined) return new Set(circuit);
  const last = edges[Math.min(count, edges.length) - 1]?.rank ?? 0;
  return new Set(edges.filter(({ rank }) => rank <= last).map(({ edge }) => edge));
}

export function differenceOf(left: Ranked, right: Ranked, count: number): Difference {
  const [mine, theirs] = [edgesOf(left, count), edgesOf(right, count)];
  const ranks = new Map(right.edges.map(({ edge, rank }) => [edge, rank]));
  const isSameGraph =
    left.edges.length === right.edges.length && left.edges.every(({ edge }) => ranks.has(edge));
  const only = (these: ReadonlySet<string>, others: ReadonlySet<string>) =>
    new Set([...these].filter((edge) => !others.has(edge)));
  const pairs = left.edges.map(({ edge, name, rank, isTrue }) => ({
    edge,
    name,
    left: rank,
    right: ranks.get(edge) ?? Number.NaN,
    isTrue,
  }));
  const gap = (pair: EdgePair) => Math.abs(pair.left - pair.right);
  return {
    both: new Set([...mine].filter((edge) => theirs.has(edge))),
    onlyLeft: only(mine, theirs),
    onlyRight: only(theirs, mine),
    pairs: isSameGraph ? pairs.sort((a, b) => gap(b) - gap(a)) : [],
  };
}
