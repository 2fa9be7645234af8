import { BEARABLE } from "../zoo/stored-audit.ts";
import type { GroupingFacts } from "./grouping-facts.ts";

/** Cases that are alike in one way. */
export interface CaseGroup {
  /** In which way: groups of the same grouping have no case in common. */
  readonly grouping: string;
  readonly name: string;
  readonly cases: readonly string[];
}

/** A way to tell cases apart. */
interface Grouping {
  readonly name: string;
  /** The names of its groups, as they are listed. */
  readonly groups: readonly string[];
  /** The place of a case's group among these; `undefined` where it is not known. */
  readonly placeOf: (facts: GroupingFacts) => number | undefined;
}

/** The first of some bounds that a number does not exceed: its place. */
const upTo = (bounds: readonly number[], x: number | undefined) =>
  x === undefined ? undefined : bounds.filter((bound) => x > bound).length;

const GROUPINGS: readonly Grouping[] = [
  {
    name: "audit",
    groups: ["all edges used", "silent edges", "outside edges matter"],
    placeOf({ silentEdges, leak }) {
      if (silentEdges === undefined || leak === undefined) return undefined;
      if (leak > BEARABLE) return 2;
      return silentEdges > 0 ? 1 : 0;
    },
  },
  {
    name: "kind of node",
    groups: ["MLPs only", "with heads"],
    placeOf: ({ trueHeads }) => upTo([0], trueHeads),
  },
  {
    name: "depth",
    groups: ["1 or 2 blocks", "3 blocks", "4 blocks or more"],
    placeOf: ({ layers }) => upTo([2, 3], layers),
  },
  {
    name: "width",
    groups: ["width ≤ 8", "width 9–16", "width > 16"],
    placeOf: ({ width }) => upTo([8, 16], width),
  },
];

/** Groups of cases, of each grouping that tells some of them apart. */
export function caseGroups(facts: readonly GroupingFacts[]): CaseGroup[] {
  return GROUPINGS.flatMap(({ name: grouping, groups, placeOf }) => {
    const found = groups.map((name, place) => ({
      grouping,
      name,
      cases: facts.filter((one) => placeOf(one) === place).map((one) => one.case),
    }));
    const filled = found.filter(({ cases }) => cases.length > 0);
    return filled.length > 1 ? filled : [];
  });
}
