import type { SelectionFacts } from "../../discovery/index.ts";
import { formatNumber } from "../../report/index.ts";
import type { DiscoveryDocument } from "./document.ts";

/** What a reader of the only circuit has to know: arbitrary choices, loose edges, too much or nothing. */
export function selectionNotes(document: DiscoveryDocument, selection: SelectionFacts): string[] {
  return [...tieNotes(selection), ...pathNotes(selection), ...extremeNotes(document, selection)];
}

/** A note of one word for tables. */
export function shortNote({ selection }: DiscoveryDocument): string {
  if (!selection?.tie) return "";
  return selection.tie.taken === 0 ? "no ranking" : "tie";
}

/** That edges of equal score were told apart by nothing but their order. */
export function tieNotes({ tie }: SelectionFacts): string[] {
  if (!tie) return [];
  const { tied, taken, score } = tie;
  if (taken === 0) {
    return [
      `All ${tied} edges have the same score, ${formatNumber(score)}: nothing ranks them, and none was chosen. Are clean and corrupted inputs the same, the outputs saturated, or all of them exactly right, where a loss has no slope? --integrated-grad-steps (of run eap) and run exact look beyond the clean run.`,
    ];
  }
  return [
    `Tie at the cut: ${tied} edges have the score ${formatNumber(score)}, and the ${taken} of them that come first in the graph were taken. The scores do not say which.`,
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
  { params, scores, rankedBy }: DiscoveryDocument,
  selection: SelectionFacts,
): string[] {
  const { chosen, smallest, largest } = selection;
  const { threshold, lambdaReg } = params;
  const isExtreme = chosen === 0 || chosen === scores.length;
  if (!isExtreme) return [];
  if (typeof lambdaReg === "number") {
    return chosen === 0
      ? [
          `Nothing is kept: the largest probability of an edge is ${formatNumber(largest)}, and ½ is needed. A smaller --lambda-reg keeps more.`,
        ]
      : [
          `Everything is kept: the smallest probability of an edge is ${formatNumber(smallest)}. A larger --lambda-reg, or more --epochs, removes more.`,
        ];
  }
  if (typeof threshold !== "number") return [];
  if (chosen > 0) {
    return [
      `Everything is kept: the smallest ${rankedBy} is ${formatNumber(smallest)}, and the threshold ${threshold}. Thresholds above ${formatNumber(smallest)} remove at least one edge.`,
    ];
  }
  if (largest > threshold) {
    return ["Nothing is kept: no edge above the threshold leads to the output."];
  }
  return largest > 0
    ? [
        `Nothing is kept: the largest ${rankedBy} is ${formatNumber(largest)}, below the threshold ${threshold}. A smaller one keeps at least one edge: --threshold ${roundDown(largest / 2)}.`,
      ]
    : [
        `Nothing is kept: no ${rankedBy} is above ${formatNumber(largest)}. Do clean and corrupted inputs differ, and the outputs with them?`,
      ];
}

/** A short number of at most x. */
function roundDown(x: number): number {
  const unit = 10 ** Math.floor(Math.log10(x));
  return Number((Math.floor(x / unit) * unit).toPrecision(1));
}
