import {
  circuitFromTexts,
  formatEdge,
  fullGraph,
  mergeScores,
  parseNode,
  type ScoreMap,
} from "../../circuit/index.ts";
import type { CircuitPicture } from "../../report/index.ts";
import type { DiscoveryDocument } from "./document.ts";

/**
 * The picture of a discovery from its document alone, so that a stored result is drawn like a fresh
 * one: the found circuit with its scores, against the truth where that is known.
 */
export function discoveryPicture(document: DiscoveryDocument): CircuitPicture {
  const { shape, circuit, truth, scores, algorithm, model, case: id } = document;
  const fine: ScoreMap = new Map(
    scores.map(({ from, to, score }) => [formatEdge([parseNode(from), parseNode(to)]), score]),
  );
  const found = circuitFromTexts(circuit?.edges ?? [], circuit?.nodes ?? []);
  // Stored documents have null where nothing is known.
  const known = truth ?? undefined;
  return {
    shape,
    circuit: found,
    truth: known === undefined ? undefined : circuitFromTexts(known.edges, known.nodes),
    scores:
      known === undefined ? fine : mergeScores(fine, fullGraph(shape), { absolute: true }).edges,
    title: `${algorithm} on ${model} of case ${id}`,
  };
}
