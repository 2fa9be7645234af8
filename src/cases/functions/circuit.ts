import {
  type Circuit,
  circuitOf,
  type Edge,
  formatEdge,
  type GraphShape,
  groundTruth,
  headCircuit,
  type Node,
  type NodeCorrespondence,
  parseNode,
} from "../../circuit/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
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
  if (case_.truth !== undefined) return givenTruth(case_, case_.truth, shape);
  const { variables, output } = case_;
  const source = (read: string) => node(read === TOKENS ? "hook_embed" : read);
  const edges = Object.entries(variables).flatMap(([label, { reads }]) =>
    reads.map((read): Edge => [source(read), node(label)]),
  );
  const end = node(`blocks.${shape.nLayers - 1}.hook_resid_post`);
  return groundTruth(circuitOf([...edges, [node(output), end]]), correspondence, shape);
}

function givenTruth(
  { id }: FunctionCase,
  truth: NonNullable<FunctionCase["truth"]>,
  shape: GraphShape,
): Circuit {
  const whole = headCircuit(shape);
  const edges = truth.map(([from, to]): Edge => [parseNode(from), parseNode(to)]);
  const unknown = edges.map(formatEdge).find((edge) => !whole.edges.has(edge));
  if (unknown === undefined) return circuitOf(edges);
  throw new InterpBenchError("E_CASE", `the truth of case "${id}" is no circuit of its shape`, {
    at: "truth",
    expected: `edges such as ${[...whole.edges.keys()].slice(0, 2).join(", ")}`,
    received: unknown,
  });
}
