import {
  type CircuitTexts,
  circuitFromTexts,
  formatEdge,
  fullGraph,
  mergeScores,
  parseNode,
  type ScoreMap,
} from "../../circuit/index.ts";
import { modelTitle } from "../../models/index.ts";
import type { CircuitPicture } from "../../report/index.ts";
import type { DiscoveryDocument } from "./discovery-document.ts";

/**
 * The picture of a circuit of a discovery from its document alone, so that a stored result is drawn
 * like a fresh one: with what its edges were ranked by and the sign of what was measured, against
 * the truth where that is known. By default the only circuit.
 */
export function discoveryPicture(
  document: DiscoveryDocument,
  circuit: CircuitTexts | null | undefined = document.circuit,
): CircuitPicture {
  const { shape, truth, scores, rankedBy, algorithm } = document;
  const columnOf = (name: "score" | "ranking"): ScoreMap =>
    new Map(
      scores.map((row) => [
        formatEdge([parseNode(row.from), parseNode(row.to)]),
        // Stored documents have null where a score is infinite or nothing is known.
        row[name] ?? Number.POSITIVE_INFINITY,
      ]),
    );
  const [effects, ranking] = [columnOf("score"), columnOf("ranking")];
  const known = truth ?? undefined;
  const shared = {
    shape,
    circuit: circuitFromTexts(circuit?.edges ?? [], circuit?.nodes ?? []),
    scoreName: rankedBy,
    title: `${algorithm} on ${modelTitle(document)}`,
  };
  if (known === undefined) return { ...shared, scores: ranking, effects };
  const merged = mergeScores(ranking, fullGraph(shape));
  return {
    ...shared,
    truth: circuitFromTexts(known.edges, known.nodes),
    scores: merged.edges,
    effects: new Map([...merged.origins].map(([text, origin]) => [text, effects.get(origin)!])),
  };
}
