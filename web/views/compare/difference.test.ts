import { expect, it } from "vitest";
import type { Ranked } from "../../engine/methods/rank.ts";
import { differenceOf, edgesOf } from "./difference.ts";
import { sideOf, sideState } from "./state.ts";

const ranked = (ranks: Readonly<Record<string, number>>, circuit?: readonly string[]): Ranked => ({
  found: {} as Ranked["found"],
  edges: Object.entries(ranks)
    .map(([edge, rank]) => ({ edge, name: edge, rank, value: -rank, isTrue: edge === "a" }))
    .sort((x, y) => x.rank - y.rank),
  circuit,
});
const left = ranked({ a: 1, b: 2.5, c: 2.5, d: 4 });
const right = ranked({ a: 2, b: 1, c: 4, d: 3 });

it("takes the first edges of a ranking with those that are equal to the last, or a circuit as it is", () => {
  expect([...edgesOf(left, 1)]).toEqual(["a"]);
  expect([...edgesOf(left, 2)]).toEqual(["a", "b", "c"]);
  expect([...edgesOf(left, 99)]).toHaveLength(4);
  expect([...edgesOf(ranked({ a: 1, b: 2 }, ["b"]), 1)]).toEqual(["b"]);
});

it("tells what both have, what only one has, and whose ranks differ most", () => {
  const { both, onlyLeft, onlyRight, pairs } = differenceOf(left, right, 2);
  expect([[...both], [...onlyLeft], [...onlyRight]]).toEqual([["a", "b"], ["c"], []]);
  expect(pairs.map(({ edge }) => edge)).toEqual(["b", "c", "a", "d"]);
  expect(pairs[0]).toEqual({ edge: "b", name: "b", left: 2.5, right: 1, isTrue: false });
});

it("does not compare the ranks of edges of different graphs", () => {
  expect(differenceOf(left, ranked({ a: 1 }), 1).pairs).toEqual([]);
});

it("keeps what is chosen in the address, but for what is usual", () => {
  const choice = {
    algorithm: "eap",
    model: 1,
    seed: 7,
    texts: { threshold: "0.1,0.2", prune: "true" },
  };
  const state = sideState("left", choice);
  expect(sideOf(state as Record<string, string>, "left")).toEqual(choice);
  expect(sideState("right", sideOf({}, "right"))).toEqual({
    "right.method": undefined,
    "right.model": undefined,
    "right.seed": undefined,
    "right.options": undefined,
  });
  expect(sideOf({ "left.seed": "-1", "left.model": "x" }, "left")).toMatchObject({
    seed: 0,
    model: 0,
  });
});
