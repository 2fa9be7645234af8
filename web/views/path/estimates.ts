import { exactAuroc } from "../../../src/circuit/index.ts";
import type { PathPoint } from "../../engine/methods/watch.ts";
import type { CircuitFacts } from "../circuit/facts.ts";

/**
 * What the effects of edges would be if the rest of the path were like the points so far, `[point][edge]`:
 * `Σ w·e / Σ w` of these, times `Σ w` of all. The last is what the algorithm finds, to the bit.
 */
export function runningEstimates(points: readonly PathPoint[]): Float64Array[] {
  const all = points.reduce((sum, { weight }) => sum + weight, 0);
  let sums = new Float64Array(points[0]?.effects.length ?? 0);
  let seen = 0;
  return points.map(({ weight, effects }, i) => {
    sums = sums.map((sum, edge) => sum + weight * effects[edge]!);
    seen += weight;
    return i === points.length - 1 ? sums : sums.map((sum) => (sum / seen) * all);
  });
}

/** Effects of edges with q, k and v apart as those between components: each the largest, with its sign. */
export function mergedEffects(
  { edges, headEdgeOf }: Pick<CircuitFacts, "edges" | "headEdgeOf">,
  effects: Float64Array,
): Map<string, number> {
  const merged = new Map<string, number>();
  for (const [i, text] of edges.entries()) {
    const head = headEdgeOf.get(text);
    if (head === undefined) continue;
    const known = merged.get(head);
    if (known === undefined || Math.abs(effects[i]!) > Math.abs(known))
      merged.set(head, effects[i]!);
  }
  return merged;
}

/** The AUROC of the sizes of effects; `undefined` where nobody knows the truth. */
export function aurocOf(
  effects: ReadonlyMap<string, number>,
  { truth }: Pick<CircuitFacts, "truth">,
): number | undefined {
  if (truth === undefined) return undefined;
  const sizes = new Map(Array.from(effects, ([text, effect]) => [text, Math.abs(effect)]));
  return exactAuroc(sizes, truth.edges);
}

/** The edges with the largest effects, the largest first. */
export function largestEffects(effects: ReadonlyMap<string, number>, count: number): string[] {
  return [...effects]
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, count)
    .map(([text]) => text);
}
