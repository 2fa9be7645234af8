import { expect, it } from "vitest";
import { caseGroups } from "./case-groups.ts";
import type { GroupingFacts } from "./grouping-facts.ts";

const facts = (id: string, more: Partial<GroupingFacts>): GroupingFacts => ({
  case: id,
  layers: 2,
  ...more,
});

it("cases are in one group of every grouping at most, and a grouping that tells none apart is left out", () => {
  const groups = caseGroups([
    facts("a", { trueHeads: 0, silentEdges: 0, leak: 0.001, width: 8 }),
    facts("b", { trueHeads: 2, silentEdges: 3, leak: 0, width: 9 }),
    facts("c", { trueHeads: 1, silentEdges: 3, leak: 0.0011, width: 17 }),
    facts("d", { trueHeads: 0, silentEdges: 1 }),
  ]);
  expect(groups).toEqual([
    { grouping: "audit", name: "all edges used", cases: ["a"] },
    { grouping: "audit", name: "silent edges", cases: ["b"] },
    { grouping: "audit", name: "outside edges matter", cases: ["c"] },
    { grouping: "kind of node", name: "MLPs only", cases: ["a", "d"] },
    { grouping: "kind of node", name: "with heads", cases: ["b", "c"] },
    { grouping: "width", name: "width ≤ 8", cases: ["a"] },
    { grouping: "width", name: "width 9–16", cases: ["b"] },
    { grouping: "width", name: "width > 16", cases: ["c"] },
  ]);
});

it("there are no groups where nothing is known", () => {
  expect(caseGroups([facts("a", {}), facts("b", {})])).toEqual([]);
});
