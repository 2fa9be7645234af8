import { InterpBenchError } from "../errors/index.ts";
import { type Circuit, circuitOf, sinks } from "./circuit.ts";
import type { GraphShape } from "./graph.ts";
import { type Edge, formatEdge, formatNode, type Node, parseNode } from "./node.ts";
import { headCircuit, prepareForEvaluation } from "./prepare.ts";
import { assertCorrespondence } from "./spec.ts";

/**
 * Which nodes of the trained model implement a node of the high-level circuit: canonical node text
 * → one or more canonical node texts. Nodes that are not listed stand for themselves.
 */
export type NodeCorrespondence = ReadonlyMap<string, readonly string[]>;

/**
 * The ground-truth circuit of a trained model, at head granularity.
 *
 * The high-level circuit is prepared ({@link prepareForEvaluation}); both ends of every edge are
 * replaced by the nodes that implement them (all pairs); the one sink becomes the last
 * `hook_resid_post` of the model unless it is listed, too.
 *
 * @param highLevel the circuit of the program, e.g. of a compiled transformer at hook granularity
 * @param shape the trained model's
 *
 * `E_CIRCUIT` if the prepared circuit has no single sink or an edge is not in the model's graph,
 * `E_CORRESPONDENCE` if an entry lists no node.
 */
export function groundTruth(
  highLevel: Circuit,
  correspondence: NodeCorrespondence,
  shape: GraphShape,
): Circuit {
  assertCorrespondence(correspondence);
  const prepared = prepareForEvaluation(highLevel);
  const ends = sinks(prepared);
  if (ends.length !== 1) {
    throw new InterpBenchError("E_CIRCUIT", "the high-level circuit has no single output", {
      expected: "one node without successors",
      received: ends.length === 0 ? "none" : ends.map(formatNode).join(", "),
    });
  }
  const output = formatNode(ends[0]!);
  const implementers = (node: Node): Node[] => {
    const text = formatNode(node);
    const listed = correspondence.get(text);
    if (listed !== undefined) return listed.map(parseNode);
    if (text !== output) return [node];
    return [{ hook: `blocks.${shape.nLayers - 1}.hook_resid_post`, head: null }];
  };
  const mapped = [...prepared.edges.values()].flatMap(([from, to]) =>
    implementers(from).flatMap((writer) =>
      implementers(to).map((reader): Edge => [writer, reader]),
    ),
  );
  const whole = headCircuit(shape);
  for (const edge of mapped) {
    if (!whole.edges.has(formatEdge(edge))) {
      throw new InterpBenchError("E_CIRCUIT", "an edge of the truth is not in the model", {
        expected: `an edge of a transformer of ${shape.nLayers} layers with ${shape.nHeads} heads`,
        received: formatEdge(edge),
        hint: "Check the correspondence: it must respect the order of computation.",
      });
    }
  }
  return circuitOf(mapped);
}
