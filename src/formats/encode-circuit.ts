import { assertScores, edgeTexts, headCircuit, isSubcircuit } from "../circuit/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  CIRCUIT_SCHEMA,
  type CircuitDocument,
  eapNodes,
  graphView,
  OUTPUT,
} from "./circuit-document.ts";
import { jsonNumber } from "./json.ts";

/**
 * Writes `circuit.json`: the graph JSON of EAP-IG and MIB (`cfg`, `nodes`, `edges` with `in_graph`
 * and `score`, which those tools load as it is; `score` of nodes where they were ranked), plus the circuit in canonical
 * names, granularity and provenance.
 *
 * At head granularity an edge into a head stands for its query, key and value edge. Infinite scores
 * are written as ±1e999, which JSON readers take for infinite. The same document gives the same
 * text. `E_CIRCUIT` if the circuit is no part of the graph, `E_SCORE` if the scores do not fit it.
 */
export function encodeCircuit(document: CircuitDocument): string {
  const { circuit, granularity, shape, dModel, scores, nodeScores, provenance } = document;
  const view = graphView(shape, granularity);
  if (!isSubcircuit(circuit, view.whole)) {
    throw new InterpBenchError("E_CIRCUIT", "the circuit is not part of the model's graph", {
      expected: `nodes and edges of a ${granularity} graph of ${shape.nLayers} layers, ${shape.nHeads} heads`,
      received: [...circuit.edges.keys(), ...circuit.nodes.keys()].find(
        (text) => !view.whole.edges.has(text) && !view.whole.nodes.has(text),
      ),
      hint: "Use prepareForEvaluation for circuits with embedding or inner nodes.",
    });
  }
  if (scores !== undefined) assertScores(scores, view.whole.edges);
  if (nodeScores !== undefined) assertScores(nodeScores, headCircuit(shape).nodes, "nodes");
  const kept = new Set([...circuit.edges.keys()].flatMap((text) => view.partsOf(text)));
  const partScore = (text: string) => scores?.get(view.wholeOf(text) ?? "") ?? 0;
  const edges = view.named.map(({ name, edge: { text } }) => {
    const value = `{"score":${jsonNumber(partScore(text))},"in_graph":${kept.has(text)}}`;
    return [name, value] as const;
  });
  const touched = new Set(
    view.named.filter(({ edge }) => kept.has(edge.text)).flatMap(({ from, to }) => [from, to]),
  );
  const nodes = eapNodes(view.graph).map(({ name, text }) => {
    const included = name === OUTPUT || touched.has(name);
    const score = nodeScores === undefined ? "" : `"score":${jsonNumber(nodeScores.get(text)!)},`;
    return [name, `{${score}"in_graph":${included}}`] as const;
  });
  const cfg = {
    n_layers: shape.nLayers,
    n_heads: shape.nHeads,
    parallel_attn_mlp: false,
    ...(dModel === undefined ? {} : { d_model: dModel }),
    ...(shape.attnOnly === true ? { attn_only: true } : {}),
  };
  return `${lines([
    ["schema", JSON.stringify(CIRCUIT_SCHEMA)],
    ["granularity", JSON.stringify(granularity)],
    ["scored", String(scores !== undefined)],
    ["cfg", JSON.stringify(cfg)],
    [
      "circuit",
      lines(
        [
          ["nodes", JSON.stringify([...circuit.nodes.keys()])],
          ["edges", list(edgeTexts(circuit).map((edge) => JSON.stringify(edge)))],
        ],
        1,
      ),
    ],
    ["nodes", lines(nodes, 1)],
    ["edges", lines(edges, 1)],
    ...(provenance === undefined ? [] : [["provenance", JSON.stringify(provenance)] as const]),
  ])}\n`;
}

function lines(members: readonly (readonly [key: string, json: string])[], depth = 0): string {
  if (members.length === 0) return "{}";
  const indent = "  ".repeat(depth + 1);
  const text = members.map(([key, json]) => `${indent}${JSON.stringify(key)}: ${json}`).join(",\n");
  return `{\n${text}\n${"  ".repeat(depth)}}`;
}

function list(items: readonly string[]): string {
  if (items.length === 0) return "[]";
  return `[\n${items.map((item) => `      ${item}`).join(",\n")}\n    ]`;
}
