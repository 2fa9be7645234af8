import { InterpBenchError } from "../errors/index.ts";
import type { ScoreMap } from "./merge.ts";

/** The items that are true, by their texts: a set, or the edges or nodes of a circuit. */
export interface Positives {
  has(text: string): boolean;
  readonly size: number;
}

/** The number of positives, after checking that each has a score and no score is NaN: else `E_SCORE`. */
export function assertScored(scores: ScoreMap, positives: Positives): number {
  let found = 0;
  for (const [text, score] of scores) {
    if (Number.isNaN(score)) {
      throw new InterpBenchError("E_SCORE", "a score is NaN", { expected: "a number", at: text });
    }
    if (positives.has(text)) found++;
  }
  if (found !== positives.size) {
    throw new InterpBenchError("E_SCORE", "some of the truth has no score", {
      expected: `${positives.size} positives among the ${scores.size} scored items`,
      received: String(found),
    });
  }
  return found;
}
