import { describe, expect, it } from "vitest";
import { allocateSlots, computeDepths, type SlotNode } from "./slots.ts";

type Kind = SlotNode["component"];

/** A graph of SOps `0, 1, …` with the given components and edges from child to parent. */
function graphOf(
  kinds: readonly Kind[],
  edges: readonly (readonly [number, number])[],
): SlotNode[] {
  return kinds.map((component, id) => ({
    label: String(id),
    children: edges.filter(([, parent]) => parent === id).map(([child]) => String(child)),
    isSelector: false,
    component,
  }));
}

const slotsOf = (nodes: SlotNode[], sources: string[]) => {
  const { byNode } = allocateSlots(nodes, sources);
  return nodes.map(({ label }) => byNode.get(label) ?? -1);
};

const A = "attention";
const M = "mlp";
const W = "attentionThenMlp";
const none = undefined;

describe("depths", () => {
  it("are 0 for an input and −1 for what no input reaches", () => {
    const nodes = graphOf([none, none], []);
    expect([...computeDepths(nodes, ["0"]).values()]).toEqual([0, -1]);
  });

  it("are the longest ways from any input", () => {
    // 0 – 1 – 2 – 3 ——————————— 4
    //            /             /
    // 5 – 6 ——————— 7 – 8 – 9         10
    const edges = [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [5, 6],
      [6, 7],
      [7, 8],
      [8, 9],
      [6, 3],
      [9, 4],
    ] as const;
    const nodes = graphOf(Array<Kind>(11).fill(none), edges);
    const depths = computeDepths(nodes, ["0", "5"]);
    expect(nodes.map(({ label }) => depths.get(label))).toEqual([0, 1, 2, 3, 5, 0, 1, 2, 3, 4, -1]);
  });

  it("do not count selectors", () => {
    const [input, selector, aggregate] = graphOf(
      [none, none, A],
      [
        [0, 1],
        [1, 2],
      ],
    ) as [SlotNode, SlotNode, SlotNode];
    const nodes = [input, { ...selector, isSelector: true }, aggregate];
    expect([...computeDepths(nodes, ["0"]).values()]).toEqual([0, 0, 1]);
  });
});

describe("slots", () => {
  it("are none for nothing", () => {
    expect(allocateSlots([], []).byNode.size).toBe(0);
    expect(slotsOf(graphOf([none], []), ["0"])).toEqual([-1]);
  });

  it("are 0 for a head, 1 for an MLP", () => {
    expect(slotsOf(graphOf([none, A], [[0, 1]]), ["0"])).toEqual([-1, 0]);
    expect(slotsOf(graphOf([none, M], [[0, 1]]), ["0"])).toEqual([-1, 1]);
  });

  it("follow each other in a chain of heads and MLPs", () => {
    const chain = [0, 1, 2, 3, 4].map((id) => [id, id + 1] as const);
    expect(slotsOf(graphOf([none, A, M, A, M, none], chain), ["0"])).toEqual([-1, 0, 1, 2, 3, -1]);
  });

  it("keep a level of heads and an MLP apart from the next one", () => {
    const chain = [0, 1, 2, 3].map((id) => [id, id + 1] as const);
    expect(slotsOf(graphOf([none, A, A, M, M], chain), ["0"])).toEqual([-1, 0, 2, 3, 5]);
    expect(slotsOf(graphOf([none, W, M, A, M], chain), ["0"])).toEqual([-1, 0, 3, 4, 5]);
  });

  it("respect branches", () => {
    // input – A – M – A ————— M – output        (0 … 5)
    //            /    /      /
    // input – M ——— M       A                   (6, 7, 8, 9)
    //                 \    /
    //                   A                       (10)
    const edges = [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
      [6, 7],
      [7, 2],
      [7, 8],
      [8, 3],
      [8, 10],
      [9, 4],
      [10, 9],
    ] as const;
    const kinds: Kind[] = [none, A, M, A, M, none, none, M, M, A, A];
    expect(slotsOf(graphOf(kinds, edges), ["0", "6"])).toEqual([
      -1, 0, 3, 4, 7, -1, -1, 1, 3, 6, 4,
    ]);
  });

  it("list components by depth, then in the order of discovery", () => {
    const nodes = graphOf(
      [M, M, none, M],
      [
        [2, 1],
        [2, 3],
        [1, 0],
      ],
    );
    expect([...allocateSlots(nodes, ["2"]).byNode.keys()]).toEqual(["1", "3", "0"]);
  });
});
