import {
  type Circuit,
  circuitOf,
  type Edge,
  type EdgeTexts,
  fullGraph,
  type GraphShape,
  groundTruth,
  headCircuit,
  type Node,
  type NodeCorrespondence,
  parseNode,
} from "../../circuit/index.ts";
import { InterpBenchError, unknownNameError } from "../../errors/index.ts";
import type { FunctionCase } from "../case.ts";
import { TOKENS } from "./evaluate.ts";

const node = (hook: string): Node => ({ hook, head: null });

/** The variables of a case as a circuit: who reads whom. */
export function functionCircuit({ variables }: Pick<FunctionCase, "variables">): Circuit {
  const edges = Object.entries(variables).flatMap(([label, { reads }]) =>
    reads.map((read): Edge => [node(read), node(label)]),
  );
  return circuitOf(edges);
}

/**
 * The circuit a trained transformer is forced to have, at head granularity: every edge between
 * variables as edges between all places that implement them, or what the case gives instead.
 */
export function functionTruth(
  case_: FunctionCase,
  correspondence: NodeCorrespondence,
  shape: GraphShape,
): Circuit {
  if (case_.truth !== undefined) {
    return givenCircuit(case_, case_.truth, headCircuit(shape).edges, "truth");
  }
  const { variables, output } = case_;
  const source = (read: string) => node(read === TOKENS ? "hook_embed" : read);
  const edges = Object.entries(variables).flatMap(([label, { reads }]) =>
    reads.map((read): Edge => [source(read), node(label)]),
  );
  const end = node(`blocks.${shape.nLayers - 1}.hook_resid_post`);
  return groundTruth(circuitOf([...edges, [node(output), end]]), correspondence, shape);
}

/**
 * What others hold to be the circuit of a case, as they name its edges: at head granularity, or with
 * queries, keys and values apart.
 *
 * @throws InterpBenchError `E_CASE` if there is none of this name, or it is no circuit of the shape
 */
export function otherTruth(case_: FunctionCase, name: string): Circuit {
  const { otherTruths, shape } = case_;
  const edges = Object.hasOwn(otherTruths, name) ? otherTruths[name] : undefined;
  if (edges === undefined) {
    throw unknownNameError("E_CASE", "truth", name, Object.keys(otherTruths));
  }
  const known = new Set([...headCircuit(shape).edges.keys(), ...fullGraph(shape).indexOf.keys()]);
  return givenCircuit(case_, edges, known, `otherTruths.${name}`);
}

/** Throws `E_CASE` unless every truth that a case gives is a circuit of its shape. */
export function assertTruths(case_: FunctionCase): void {
  if (case_.truth !== undefined) functionTruth(case_, new Map(), case_.shape);
  for (const name of Object.keys(case_.otherTruths)) otherTruth(case_, name);
}

/** The circuit of some edges, all of which have to be known. */
function givenCircuit(
  { id }: FunctionCase,
  texts: readonly EdgeTexts[],
  known: ReadonlyMap<string, Edge> | ReadonlySet<string>,
  at: string,
): Circuit {
  const given = circuitOf(texts.map(([from, to]): Edge => [parseNode(from), parseNode(to)]));
  const unknown = [...given.edges.keys()].find((edge) => !known.has(edge));
  if (unknown === undefined) return given;
  throw new InterpBenchError("E_CASE", `the truth of case "${id}" is no circuit of its shape`, {
    at,
    expected: `edges such as ${[...known.keys()].slice(0, 2).join(", ")}`,
    received: unknown,
  });
}
