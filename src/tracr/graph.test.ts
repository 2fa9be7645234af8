import { describe, expect, it } from "vitest";
import {
  aggregate,
  childrenOf,
  EQ,
  type Expression,
  indices,
  makeReverse,
  makeShuffleDyck,
  map,
  named,
  type SOp,
  select,
  sequenceMap,
  tokens,
} from "../rasp/index.ts";
import { extractGraph } from "./index.ts";

/** Ids as the original gives them: a breadth-first walk over every path, without memory. */
function labelsByPaths(program: SOp): string[] {
  const labels = new Map<Expression, string>();
  const label = (expression: Expression) => {
    if (labels.has(expression)) return;
    const isInput = expression.kind === "tokens" || expression.kind === "indices";
    const id = [...labels.values()].filter((l) => l !== "tokens" && l !== "indices").length + 1;
    labels.set(expression, isInput ? expression.kind : `${expression.name}_${id}`);
  };
  label(program);
  const queue: Expression[] = [program];
  while (queue.length > 0) {
    const children = childrenOf(queue.shift()!);
    children.forEach(label);
    queue.push(...children);
  }
  return [...labels.values()];
}

describe("extractGraph", () => {
  it("gives an input one node and no id", () => {
    const graph = extractGraph(tokens);
    expect([...graph.nodes.keys()]).toEqual(["tokens"]);
    expect(graph).toMatchObject({ sink: "tokens", sources: ["tokens"] });
  });

  it("numbers sub-expressions from the program down", () => {
    const program = aggregate(
      select(tokens, indices, EQ),
      named(
        map((x) => x, indices),
        "even",
      ),
    );
    const graph = extractGraph(program);
    expect([...graph.nodes.values()].map(({ label, children }) => [label, ...children])).toEqual([
      ["aggregate_1", "select_2", "even_3"],
      ["select_2", "tokens", "indices"],
      ["even_3", "indices"],
      ["tokens"],
      ["indices"],
    ]);
    expect(graph.sources).toEqual(["tokens", "indices"]);
    expect(graph.dependenciesFirst).toEqual([
      "tokens",
      "indices",
      "select_2",
      "even_3",
      "aggregate_1",
    ]);
  });

  it("gives equal programs equal labels, whatever was built before", () => {
    const labels = () => [...extractGraph(makeReverse(tokens)).nodes.keys()];
    expect(labels()).toEqual(labels());
  });

  it("merges copies of an input, but not copies of anything else", () => {
    const add = (a: SOp, b: SOp) => sequenceMap((x) => x, a, b);
    expect([...extractGraph(add(tokens, named(tokens, "words"))).nodes.keys()]).toEqual([
      "sequence_map_1",
      "tokens",
    ]);
    const doubled = map((x) => x, tokens);
    expect([...extractGraph(add(doubled, named(doubled, "copy"))).nodes.keys()]).toEqual([
      "sequence_map_1",
      "map_2",
      "copy_3",
      "tokens",
    ]);
  });

  it("numbers shared sub-expressions like a walk over all paths", () => {
    let shared: SOp = map((x) => x, tokens);
    for (let i = 0; i < 4; i++) {
      shared = sequenceMap((x) => x, shared, i % 3 === 0 ? indices : shared);
      shared = aggregate(select(shared, indices, EQ), shared);
    }
    for (const program of [shared, makeShuffleDyck(["()", "{}"]), makeReverse(tokens)]) {
      expect([...extractGraph(program).nodes.keys()]).toEqual(labelsByPaths(program));
    }
  });
});
