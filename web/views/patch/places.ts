import {
  circuitOf,
  type Edge,
  formatEdge,
  formatNode,
  type GraphDestination,
  type GraphShape,
  type GraphSource,
  graphEnds,
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
  /** The place of a name; the same one whenever it is asked for. */
  named(name: string): Place | undefined;
  /** The place of a text of the library. */
  ofText(text: string): Place | undefined;
  /** Boxes of what writes, in order of execution. */
  readonly writers: readonly string[];
  /** The inputs that read from the box of a writer: `a1.2`, `a1.2.q`. */
  readersOf(writer: string): readonly string[];
}

/**
 * All places of a model: its nodes, its edges between components, and those into q, k and v
 * alone. Made as they are asked for.
 */
export function placesOf(shape: GraphShape): Places {
  const { sources, destinations } = graphEnds(shape);
  const boxOf = ({ node }: { readonly node: Node }) => boxOfNode(node, shape);
  const writers = new Map(sources.map((source) => [boxOf(source), source]));
  const readers = new Map<string, GraphDestination>();
  for (const destination of destinations) {
    const [box, { input }] = [boxOf(destination), destination];
    // A head as a whole is known by the first of its inputs.
    if (!readers.has(box)) readers.set(box, destination);
    if (PORTS.has(input)) readers.set(`${box}.${input}`, destination);
  }
  const known = new Map<string, Place | undefined>();
  const named = (name: string) => {
    if (!known.has(name)) known.set(name, placeNamed(name, writers, readers));
    return known.get(name);
  };
  const byText = new Map<string, string>([
    ...sources.map((source) => [formatNode(source.node), boxOf(source)] as const),
    ...Array.from(readers, ([name, { node }]) => [formatNode(node), name] as const),
  ]);
  return {
    named,
    ofText(text) {
      const names = text.split("->").map((end) => byText.get(end) ?? end);
      return named(names.join(">"));
    },
    writers: [...writers.keys()],
    readersOf(writer) {
      const source = writers.get(writer);
      return Array.from(readers, ([name, { depth }]) => ({ name, depth })).flatMap(
        ({ name, depth }) => (source !== undefined && source.depth < depth ? [name] : []),
      );
    },
  };
}

const PORTS: ReadonlySet<GraphDestination["input"]> = new Set(["q", "k", "v"]);

function placeNamed(
  name: string,
  writers: ReadonlyMap<string, GraphSource>,
  readers: ReadonlyMap<string, GraphDestination>,
): Place | undefined {
  const [from = "", to] = name.split(">");
  const source = writers.get(from);
  if (source === undefined) return undefined;
  if (to === undefined) return { kind: "node", name, text: formatNode(source.node) };
  const destination = readers.get(to);
  if (destination === undefined || destination.depth <= source.depth) return undefined;
  const edge: Edge = [source.node, destination.node];
  const whole = to.endsWith(`.${destination.input}`) ? edge : (betweenComponents(edge) ?? edge);
  return { kind: "edge", name, text: formatEdge(whole) };
}

/** What an edge of the graph is between heads and MLPs; `undefined` for that from the embeddings to the output. */
const betweenComponents = (edge: Edge): Edge | undefined =>
  [...headEdges(circuitOf([edge])).values()][0];

/** Places as the library takes them. */
export function partsOf(places: readonly Place[]): Parts {
  const texts = (kind: Place["kind"]) =>
    places.filter((place) => place.kind === kind).map(({ text }) => text);
  return { nodes: texts("node"), edges: texts("edge") };
}
