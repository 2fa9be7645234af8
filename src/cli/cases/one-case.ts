import { allCases, type Case } from "../../cases/index.ts";
import { nearestNames } from "../../errors/index.ts";
import { UsageError, unknownName } from "../usage.ts";

/**
 * The case of the catalogue that is meant; `at` is where it was given. Usage error `E_CASE` if there
 * is none, with the nearest names or the numbers that exist.
 */
export function oneCase(id: string, at: string): Case {
  const wanted = id.trim().toLowerCase();
  const found = allCases().find((case_) => case_.id === wanted);
  if (found !== undefined) return found;
  const ids = allCases().map((case_) => case_.id);
  if (/[a-z]/.test(wanted) && nearestNames(wanted, ids).length > 0) {
    throw unknownName("E_CASE", "case", id, ids, at);
  }
  throw new UsageError("E_CASE", `no case "${id}"`, {
    at,
    expected: `a number: ${rangesText(ids.map(Number))}`,
    hint: 'See "interpbench cases list".',
  });
}

/** `1 to 15, 17 to 26, 28`: ascending whole numbers, runs of them in short. */
export function rangesText(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const n of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === n - 1) run[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([first, last]) => (first === last ? first : `${first} to ${last}`)).join(", ");
}
