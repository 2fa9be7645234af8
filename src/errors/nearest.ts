import type { ErrorCode } from "./codes.ts";
import { InterpBenchError } from "./error.ts";
import { truncate } from "./text.ts";

/** Levenshtein distance with adjacent transpositions, on lower-cased names. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforeLast[j - 2]! + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** Most letter pairs that are compared in the search for the nearest names. */
const BUDGET = 10_000_000;

/**
 * The candidates most like `name`, best first: at most `limit`, and none further away than
 * half of the longer name's length (at least 1 edit).
 *
 * Compares up to ten million pairs of letters; of very long names and lists the rest is not looked at.
 */
export function nearestNames(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase();
  const scored: { candidate: string; distance: number }[] = [];
  let budget = BUDGET;
  for (const candidate of candidates) {
    // Names of very different lengths are too far apart whatever their letters are.
    if (Math.abs(name.length - candidate.length) > furthestOf(name, candidate)) continue;
    budget -= name.length * candidate.length;
    if (budget < 0) break;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance <= furthestOf(name, candidate)) scored.push({ candidate, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return [...new Set(scored.map(({ candidate }) => candidate))].slice(0, limit);
}

/** How many edits two names may be apart to be near each other. */
function furthestOf(a: string, b: string): number {
  return Math.max(1, Math.floor(Math.max(a.length, b.length) / 2));
}

/** Longer names are cut in messages. */
const LONGEST_NAME = 80;

/**
 * The error for a name that is not one of `candidates`: `no <kind> "<name>"`, with the nearest
 * valid names as the hint (or the whole list when it is short and nothing is near).
 */
export function unknownNameError(
  code: ErrorCode,
  kind: string,
  name: string,
  candidates: Iterable<string>,
  at?: string,
): InterpBenchError {
  const all = [...new Set(candidates)];
  const near = nearestNames(name, all);
  const quote = (names: readonly string[]) => names.map((n) => `"${n}"`).join(", ");
  let hint: string | undefined;
  if (near.length > 0) hint = `Did you mean ${near.map((n) => `"${n}"`).join(" or ")}?`;
  else if (all.length > 0 && all.length <= 20) hint = `Known: ${quote(all)}.`;
  const shown = truncate(name, LONGEST_NAME + 1);
  return new InterpBenchError(code, `no ${kind} "${shown}"`, { at, hint });
}
