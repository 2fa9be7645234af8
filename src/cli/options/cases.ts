import { z } from "zod";
import { flag } from "../flags/flag.ts";
import { unknownName } from "../usage.ts";

/** Which cases: `-i 3,4,ioi`. */
export const caseOptions = {
  indices: flag(z.array(z.string()).optional(), "Cases, separated by commas", {
    short: "-i",
    placeholder: "ID,…",
    group: "Cases",
    defaultText: "all",
  }),
};

/**
 * The ids that are asked for, without repetitions, in numeric order (2 before 10, names last);
 * all known ones if none are. Case does not matter.
 *
 * `E_CASE` (usage) for an id that is not known, with the nearest ones.
 */
export function selectIds(
  indices: readonly string[] | undefined,
  known: readonly string[],
): string[] {
  const chosen = indices?.map((id) => oneId(id, known)) ?? known;
  return [...new Set(chosen)].sort(compareIds);
}

/** The known id that is meant; `at` is where it was given. `E_CASE` (usage) if there is none. */
export function oneId(id: string, known: readonly string[], at = "--indices"): string {
  const wanted = id.trim().toLowerCase();
  if (known.includes(wanted)) return wanted;
  throw unknownName("E_CASE", "case", id, known, at);
}

function compareIds(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
  return Number.isNaN(x) ? (a < b ? -1 : a > b ? 1 : 0) : x - y;
}
