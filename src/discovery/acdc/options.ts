import * as z from "zod/mini";
import { PAPER_THRESHOLDS } from "../../circuit/index.ts";
import type { AlgorithmExample, Ranking } from "../algorithm/algorithm.ts";
import { option } from "../algorithm/options.ts";
import { oneOrMore, PAPER_GRID, settingsOf } from "../algorithm/settings.ts";

/** The threshold of ACDC; `unit` is what it is compared with. */
export const removalThreshold = (unit: string) =>
  option(
    z._default(oneOrMore(z.number()), 0.025),
    "Remove an edge if the loss rises by less than this; several values (or paper, for the paper's 19) give a circuit each",
    { unit, origin: "InterpBench", synonyms: PAPER_GRID, aliases: ["-t"] },
  );

/** What ACDC ranks by: what it measured with one threshold, the thresholds themselves with several. */
export const removalRanking = ({
  threshold,
}: {
  readonly threshold: number | readonly number[];
}): Ranking =>
  settingsOf("threshold", threshold).length > 1
    ? { name: "smallest threshold that removes the edge" }
    : { by: "effects", name: "rise of the loss without the edge" };

/** How several thresholds are asked for. */
export const sweepExamples: readonly AlgorithmExample[] = [
  {
    options: { threshold: [0.01, 0.025, 0.1] },
    summary: "A circuit for each threshold, in one pass",
  },
  {
    options: { threshold: PAPER_THRESHOLDS },
    summary: "The 19 thresholds of the InterpBench paper, and its AUROC",
  },
];
