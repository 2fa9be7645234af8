import { meanOf } from "../../statistics/index.ts";
import type { DifferenceFacts } from "../leaderboard/protocol.ts";
import type { FoundRun } from "./found-run.ts";

/** Numbers that are no further apart are alike. */
const ALIKE = 0.02;

/**
 * What of the protocol makes a number that was found differ from a published one, without a full stop; nothing where
 * they are alike.
 *
 * @param ours the mean of the runs
 */
export function whyDifferent(
  theirs: number,
  ours: number | undefined,
  runs: readonly FoundRun[],
  reasons: ((facts: DifferenceFacts) => readonly string[]) | undefined,
): readonly string[] {
  if (ours === undefined || Math.abs(ours - theirs) <= ALIKE) return [];
  const known = runs.flatMap(({ score }) => score?.auroc.edges ?? []);
  const exact = known.length === 0 ? undefined : meanOf(known);
  const largest = Math.max(...runs.map((run) => run.largest));
  return reasons?.({ theirs, ours, exact, largest }) ?? [];
}
