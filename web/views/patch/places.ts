import {
  formatEdge,
  formatNode,
  fullGraph,
  type GraphShape,
  graphCircuit,
  headEdges,
  type Node,
  type Parts,
} from "../../../src/circuit/index.ts";
import { boxOfNode } from "../../../src/report/index.ts";

/** A node that writes, or an edge. */
export interface Place {
  readonly kind: "node" | "edge";
  /** As pictures call it: `a1.2`, `m0>a1.2`, `m0>a1.2.q`. */
  readonly name: string;
  /** As the library calls it. */
  readonly text: string;
}

/** What of a model can be cut. */
export interface Places {
  /** By name. */
  readonly all: ReadonlyMap<string, Place>;
  /** The same by text. */
  readonly byText: ReadonlyMap<string, Place>;
  /** Boxes of what writes, in order of execution. */
  readonly writers: readonly string[];
  /** Boxes of what reads from each of these. */
  readonly readers: ReadonlyMap<string, readonly string[]>;
}

const PORT = /hook_([qkv])_input/;

/** All places of a model: its nodes, its edges between components, and those into q, k and v alone. */
export function placesOf(shape: GraphShape): Places {
  const graph = fullGraph(shape);
  const between = headEdges(graphCircuit(graph));
  const boxOf = (node: Node) => boxOfNode(node, shape);
  const byName = new Map<string, Place>();
  const add = (place: Place) => {
    if (!byName.has(place.name)) byName.set(place.name, place);
  };
  const readers = new Map<string, Set<string>>();
  for (const { node } of graph.sources) {
    add({ kind: "node", name: boxOf(node), text: formatNode(node) });
    readers.set(boxOf(node), new Set());
  }
  for (const { edge, text } of graph.edges) {
    const [from, to] = edge.map(boxOf) as [string, string];
    const whole = between.get(text);
    const port = PORT.exec(text)?.[1];
    readers.get(from)!.add(to);
    add({
      kind: "edge",
      name: `${from}>${to}`,
      text: whole === undefined ? text : formatEdge(whole),
    });
    if (port !== undefined) add({ kind: "edge", name: `${from}>${to}.${port}`, text });
  }
  return {
    all: byName,
    byText: new Map(Array.from(byName.values(), (place) => [place.text, place])),
    writers: [...readers.keys()],
    readers: new Map(Array.from(readers, ([from, boxes]) => [from, [...boxes]])),
  };
}

/** Places as the library takes them. */
export function partsOf(places: readonly Place[]): Parts {
  const texts = (kind: Place["kind"]) =>
    places.filter((place) => place.kind === kind).map(({ text }) => text);
  return { nodes: texts("node"), edges: texts("edge") };
}
