import { InterpBenchError } from "../errors/index.ts";
import { type Circuit, circuitOf } from "./circuit.ts";
import { formatEdge, formatNode, parseNode } from "./node.ts";

/**
 * Checks the invariants of a circuit: keys are the canonical texts of their values, every end of an
 * edge is a node, both maps are in canonical order, no edge leads to its own node and there is no
 * cycle; with `full`, that it is part of it. `E_CIRCUIT` with the first violation.
 */
export function assertCircuit(circuit: Circuit, full?: Circuit): void {
  for (const [text, node] of circuit.nodes) {
    check(formatNode(node) === text, "a node is filed under another name", formatNode(node), text);
    check(full === undefined || full.nodes.has(text), "a node is not in the model", "", text);
  }
  for (const [text, edge] of circuit.edges) {
    check(formatEdge(edge) === text, "an edge is filed under another name", formatEdge(edge), text);
    for (const end of edge.map(formatNode)) {
      check(circuit.nodes.has(end), "an end of an edge is no node of the circuit", end, text);
    }
    check(full === undefined || full.edges.has(text), "an edge is not in the model", "", text);
  }
  const sorted = circuitOf(circuit.edges.values(), circuit.nodes.values());
  check(sameKeys(circuit.nodes, sorted.nodes), "the nodes are not in canonical order");
  check(sameKeys(circuit.edges, sorted.edges), "the edges are not in canonical order");
  assertAcyclic(circuit);
}

/** Throws unless every entry names at least one node and all texts are nodes (`E_NODE`). */
export function assertCorrespondence(correspondence: ReadonlyMap<string, readonly string[]>): void {
  for (const [highLevel, implementers] of correspondence) {
    parseNode(highLevel);
    if (implementers.length === 0) {
      throw new InterpBenchError("E_CORRESPONDENCE", `nothing implements "${highLevel}"`, {
        expected: "at least one node of the trained model",
        received: "an empty list",
      });
    }
    implementers.forEach(parseNode);
  }
}

/** Throws `E_CIRCUIT` unless `size` edges can be taken from `full`. */
export function assertEdgeCount(size: number, full: Circuit): void {
  if (Number.isInteger(size) && size >= 0 && size <= full.edges.size) return;
  throw new InterpBenchError("E_CIRCUIT", "no circuit has so many edges", {
    expected: `an integer from 0 to ${full.edges.size}`,
    received: String(size),
  });
}

function assertAcyclic(circuit: Circuit): void {
  const waiting = new Map(Array.from(circuit.nodes.keys(), (text) => [text, 0]));
  const readers = new Map<string, string[]>();
  for (const [from, to] of circuit.edges.values()) {
    const [writer, reader] = [formatNode(from), formatNode(to)];
    waiting.set(reader, waiting.get(reader)! + 1);
    readers.set(writer, [...(readers.get(writer) ?? []), reader]);
  }
  const ready = [...waiting].filter(([, count]) => count === 0).map(([text]) => text);
  for (let text = ready.pop(); text !== undefined; text = ready.pop()) {
    waiting.delete(text);
    for (const reader of readers.get(text) ?? []) {
      const left = waiting.get(reader)! - 1;
      waiting.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  check(waiting.size === 0, "the circuit has a cycle", "", [...waiting.keys()].join(", "));
}

function sameKeys(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  const keys = [...b.keys()];
  return a.size === b.size && [...a.keys()].every((key, i) => key === keys[i]);
}

function check(holds: boolean, message: string, expected = "", received = ""): void {
  if (holds) return;
  throw new InterpBenchError("E_CIRCUIT", message, {
    expected: expected === "" ? undefined : expected,
    received: received === "" ? undefined : received,
  });
}
