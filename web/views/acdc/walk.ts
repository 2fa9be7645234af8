import type { Mark } from "../../../src/report/index.ts";
import type { AcdcSteps } from "../../engine/methods/acdc-steps.ts";

/** Where ACDC is after a number of decisions. */
export interface Moment {
  /**
   * How an edge looks: as what it was found to be, `outside` while nobody has judged it, `undefined` once it is gone.
   */
  readonly markOf: (edge: string) => Mark | undefined;
  readonly kept: number;
  readonly removed: number;
  readonly open: number;
  /** The loss of what is left: the changes of all that were removed, added up. */
  readonly loss: number;
}

/** What decisions are compared with. */
export interface WalkTruth {
  /** The edge between components that an edge of the graph belongs to. */
  readonly headEdgeOf: ReadonlyMap<string, string>;
  /** True edges between components; `undefined` where nobody knows. */
  readonly edges: { has(edge: string): boolean } | undefined;
}

/**
 * The state of a walk after `done` of its steps. A true edge into a head is missed once its query, key and
 * value edges are all gone.
 */
export function momentOf({ steps }: AcdcSteps, done: number, truth: WalkTruth): Moment {
  const judged = new Map(steps.slice(0, done).map(({ edge, isRemoved }) => [edge, isRemoved]));
  const headOf = (edge: string) => truth.headEdgeOf.get(edge) ?? edge;
  const left = new Set(
    steps.flatMap(({ edge }) => (judged.get(edge) === true ? [] : [headOf(edge)])),
  );
  const gone = steps.slice(0, done).filter(({ isRemoved }) => isRemoved);
  return {
    markOf(edge) {
      const isRemoved = judged.get(edge);
      if (isRemoved === undefined) return "outside";
      const head = headOf(edge);
      const isTrue = truth.edges?.has(head);
      if (isRemoved) return isTrue === true && !left.has(head) ? "falseNegative" : undefined;
      if (isTrue === undefined) return "inside";
      return isTrue ? "truePositive" : "falsePositive";
    },
    removed: gone.length,
    kept: done - gone.length,
    open: steps.length - done,
    loss: gone.reduce((sum, { change }) => sum + change, 0),
  };
}
