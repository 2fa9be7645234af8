import { z } from "zod";
import type { Algorithm } from "../../discovery/index.ts";
import { flag } from "../flags/flag.ts";
import { UsageError } from "../usage.ts";

/** Options of algorithms that score edges, of which a circuit is only made if one is asked for. */
export const selectionOptions = {
  scoresOnly: flag(z.boolean().default(false), "Rank the edges, and make no circuit of them"),
};

/** How edges are selected, where that has to be said; given as by the algorithm's own options. */
export interface SelectionChoice {
  readonly scoresOnly: boolean;
  readonly threshold: unknown;
  readonly edgeCount: unknown;
}

/** Whether somebody has to say how a circuit is made of an algorithm's scores. */
export function needsSelection({ options }: Algorithm): boolean {
  return "edgeCount" in options.shape;
}

/**
 * Usage error `E_FLAG` for a way to select edges where none is wanted, and for none where one is
 * required: where the truth is known, a circuit is what is judged by it.
 */
export function assertSelection(
  { scoresOnly, threshold, edgeCount }: Partial<SelectionChoice>,
  isRequired: boolean,
): void {
  const given = [
    threshold === undefined ? "" : "--threshold",
    edgeCount === undefined ? "" : "--edge-count",
  ].filter((name) => name !== "");
  if (scoresOnly === true && given.length > 0) {
    throw new UsageError("E_FLAG", "with --scores-only no circuit is made", {
      expected: `no ${given.join(", no ")}`,
      received: given.join(" and "),
    });
  }
  if (scoresOnly === true || given.length > 0 || !isRequired) return;
  throw new UsageError("E_FLAG", "--threshold or --edge-count is missing", {
    expected:
      "--threshold T, to keep the edges with a score above T, or --edge-count K, to keep the K edges with the largest scores",
    received: "neither",
    hint: "For a ranking of the edges without a circuit give --scores-only.",
  });
}
