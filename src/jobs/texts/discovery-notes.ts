import type { Algorithm, Ranked, SelectionFacts } from "../../discovery/index.ts";
import { formatNumber } from "../../report/index.ts";
import type { DiscoveryDocument } from "../plans/discovery-document.ts";

/** How the reader of a text asks for what it advises: on the command line by `--prune`, `run exact`. */
export interface Naming {
  /** An option of an algorithm, by its key. */
  option(algorithm: Algorithm, key: string): string;
  /** Running an algorithm. */
  run(algorithm: Algorithm): string;
  /** The algorithms that one can run. */
  readonly algorithms: readonly Algorithm[];
}

/** What a reader of the only circuit has to know: arbitrary choices, loose edges, too much or nothing. */
export function selectionNotes(
  algorithm: Algorithm,
  document: DiscoveryDocument,
  selection: SelectionFacts,
  naming: Naming,
): string[] {
  return [
    ...tieNotes(selection, algorithm.ranks, naming),
    ...pathNotes(selection, naming.option(algorithm, "prune")),
    ...extremeNotes(algorithm, document, selection, naming),
  ];
}

/** A note of one word for tables. */
export function shortNote({ selection }: DiscoveryDocument): string {
  if (!selection?.tie) return "";
  return selection.tie.taken === 0 ? "no ranking" : "tie";
}

/** That edges, or nodes, of equal score were told apart by nothing but their order. */
export function tieNotes(
  { tie }: SelectionFacts,
  ranks: Ranked = "edges",
  naming: Naming,
): string[] {
  if (!tie) return [];
  const { tied, taken, score } = tie;
  if (taken === 0) {
    return [
      `All ${tied} ${ranks} have the same score, ${formatNumber(score)}: nothing ranks them, and none was chosen. Are clean and corrupted inputs the same, the outputs saturated, or all of them exactly right, where a loss has no slope? ${lookingBeyond(naming)} look beyond the clean run.`,
    ];
  }
  return [
    `Tie at the cut: ${tied} ${ranks} have the score ${formatNumber(score)}, and the ${taken} of them that come first in the graph were taken. The scores do not say which.`,
  ];
}

function pathNotes({ chosen, offPath, pruned }: SelectionFacts, prune: string): string[] {
  if (offPath === 0) return [];
  const some = `${offPath} of ${chosen} edges`;
  return pruned
    ? [`${some} lay on no path from the embeddings to the output and were dropped.`]
    : [
        `${some} ${offPath === 1 ? "lies" : "lie"} on no path from the embeddings to the output: ${prune} drops such edges.`,
      ];
}

/** Why nothing or everything was found, and with which values something would have been. */
function extremeNotes(
  algorithm: Algorithm,
  document: DiscoveryDocument,
  selection: SelectionFacts,
  naming: Naming,
): string[] {
  const { setting, rankedBy, scores } = document;
  const { ranks = "edges" } = algorithm;
  const { chosen, of } = selection.nodes ?? { chosen: selection.chosen, of: scores.length };
  if (algorithm.advice === undefined || setting === undefined) return [];
  if (chosen !== 0 && chosen !== of) return [];
  const kept = chosen === 0 ? "nothing" : "everything";
  const found = { kept, setting, selection, ranks, rankedBy, format: formatNumber } as const;
  const advice = algorithm.advice(found);
  if (advice === undefined) return [];
  return [advice.replace(/`(\w+)`/g, (_, key: string) => naming.option(algorithm, key))];
}

/** What else, of what is verified, would tell apart what is equal at the clean run: `run exact`. */
function lookingBeyond(naming: Naming): string {
  const names = naming.algorithms.flatMap((algorithm) => {
    const { maturity, selection, looksBeyondCleanRun: beyond = false } = algorithm;
    if (maturity.tier !== "verified" || selection === undefined || beyond === false) return [];
    const run = naming.run(algorithm);
    return [beyond === true ? run : `${naming.option(algorithm, beyond)} (of ${run})`];
  });
  return new Intl.ListFormat("en", { style: "long" }).format(names);
}
