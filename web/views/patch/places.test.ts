import { describe, expect, it } from "vitest";
import {
  formatEdge,
  formatNode,
  fullGraph,
  graphCircuit,
  headEdges,
} from "../../../src/circuit/index.ts";
import { boxOfNode } from "../../../src/report/index.ts";
import { placesOf } from "./places.ts";

describe.each([
  { nLayers: 1, nHeads: 1 },
  { nLayers: 2, nHeads: 3 },
  { nLayers: 2, nHeads: 2, attnOnly: true },
])("the places of $nLayers layers of $nHeads heads", (shape) => {
  const graph = fullGraph(shape);
  const places = placesOf(shape);

  it("are its writers, its edges between components, and those into q, k and v", () => {
    const between = headEdges(graphCircuit(graph));
    const readers = new Map(places.writers.map((box) => [box, new Set<string>()]));
    for (const { edge, text } of graph.edges) {
      const [from, to] = edge.map((node) => boxOfNode(node, shape)) as [string, string];
      const whole = between.get(text);
      const wholeText = whole === undefined ? text : formatEdge(whole);
      const port = /hook_([qkv])_input/.exec(text)?.[1];
      const place = { kind: "edge", name: `${from}>${to}`, text: wholeText };
      expect(places.named(place.name)).toEqual(place);
      expect(places.ofText(wholeText)).toBe(places.named(place.name));
      readers.get(from)!.add(to);
      if (port === undefined) continue;
      const own = { kind: "edge", name: `${from}>${to}.${port}`, text };
      expect(places.named(own.name)).toEqual(own);
      expect(places.ofText(text)).toBe(places.named(own.name));
      readers.get(from)!.add(`${to}.${port}`);
    }
    for (const [writer, names] of readers) expect(places.readersOf(writer)).toEqual([...names]);
    for (const { node } of graph.sources) {
      const place = { kind: "node", name: boxOfNode(node, shape), text: formatNode(node) };
      expect(places.named(place.name)).toEqual(place);
      expect(places.ofText(place.text)).toBe(places.named(place.name));
    }
  });

  it("are nothing else", () => {
    for (const name of ["", "output", "a9.0", "output>input", "a0.0>input", "a0.0>a0.0.q", "m0>"]) {
      expect(places.named(name)).toBeUndefined();
    }
    expect(places.ofText("hook_embed")).toBeUndefined();
    expect(places.ofText("blocks.0.attn.hook_result[0]->nothing")).toBeUndefined();
    expect(places.readersOf("output")).toEqual([]);
  });
});
