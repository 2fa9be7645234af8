import {
  type Algorithm,
  allAlgorithms,
  type Ranked,
  type SelectionFacts,
} from "../../discovery/index.ts";
import type { DiscoveryDocument } from "../../jobs/index.ts";
import { formatNumber } from "../../report/index.ts";
import { flagOf } from "../options/discovery.ts";

/** What a reader of the only circuit has to know: arbitrary choices, loose edges, too much or nothing. */
export function selectionNotes(
  algorithm: Algorithm,
  document: DiscoveryDocument,
  selection: SelectionFacts,
): string[] {
  return [
    ...tieNotes(selection, algorithm.ranks),
    ...pathNotes(selection),
    ...extremeNotes(algorithm, document, selection),
  ];
}

/** A note of one word for tables. */
export function shortNote({ selection }: DiscoveryDocument): string {
  if (!selection?.tie) return "";
  return selection.tie.taken === 0 ? "no ranking" : "tie";
}

/** That edges, or nodes, of equal score were told apart by nothing but their order. */
export function tieNotes({ tie }: SelectionFacts, ranks: Ranked = "edges"): string[] {
  if (!tie) return [];
  const { tied, taken, score } = tie;
  if (taken === 0) {
    return [
      `All ${tied} ${ranks} have the same score, ${formatNumber(score)}: nothing ranks them, and none was chosen. Are clean and corrupted inputs the same, the outputs saturated, or all of them exactly right, where a loss has no slope? ${lookingBeyond()} look beyond the clean run.`,
    ];
  }
  return [
    `Tie at the cut: ${tied} ${ranks} have the score ${formatNumber(score)}, and the ${taken} of them that come first in the graph were taken. The scores do not say which.`,
  ];
}

function pathNotes({ chosen, offPath, pruned }: SelectionFacts): string[] {
  if (offPath === 0) return [];
  const some = `${offPath} of ${chosen} edges`;
  return pruned
    ? [`${some} lay on no path from the embeddings to the output and were dropped.`]
    : [
        `${some} ${offPath === 1 ? "lies" : "lie"} on no path from the embeddings to the output: --prune drops such edges.`,
      ];
}

/** Why nothing or everything was found, and with which values something would have been. */
function extremeNotes(
  algorithm: Algorithm,
  document: DiscoveryDocument,
  selection: SelectionFacts,
): string[] {
  const { setting, rankedBy, scores } = document;
  const { ranks = "edges" } = algorithm;
  const { chosen, of } = selection.nodes ?? { chosen: selection.chosen, of: scores.length };
  if (algorithm.advice === undefined || setting === undefined) return [];
  if (chosen !== 0 && chosen !== of) return [];
  const kept = chosen === 0 ? "nothing" : "everything";
  const found = { kept, setting, selection, ranks, rankedBy, format: formatNumber } as const;
  const advice = algorithm.advice(found);
  return advice === undefined ? [] : [withFlags(advice, algorithm)];
}

/** A text with the names of options, in backticks, as flags. */
function withFlags(text: string, algorithm: Algorithm): string {
  return text.replace(/`(\w+)`/g, (_, key: string) => flagOf(algorithm, key));
}

/** What else would tell apart what is equal at the clean run: `run exact`. */
function lookingBeyond(): string {
  const names = allAlgorithms().flatMap((algorithm) => {
    const { name, selection, looksBeyondCleanRun: beyond = false } = algorithm;
    if (selection === undefined || beyond === false) return [];
    return [beyond === true ? `run ${name}` : `${flagOf(algorithm, beyond)} (of run ${name})`];
  });
  return names.join(" and ");
}
