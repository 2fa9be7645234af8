import { z } from "zod";
import { nearestNames } from "../../errors/index.ts";
import { cut, flag, UsageError, unknownName } from "../../flags/index.ts";
import { rangesText } from "../../report/index.ts";
import { compareNames } from "../../store/index.ts";

/** Which of the shapes of a case. */
export const shapeOption = {
  shape: flag(z.string().optional(), "One of the case's shapes, such as paper of ioi", {
    placeholder: "NAME",
    group: "Cases",
    defaultText: "the first; for a model the one it has",
  }),
};

/** What is asked for of cases. */
export interface CaseSelection {
  readonly indices?: readonly string[] | undefined;
  readonly shape?: string | undefined;
}

/** Which cases: `-i 3,4-7`, or the same without the flag. */
export const caseOptions = {
  ...shapeOption,
  indices: flag(
    z.array(z.string()).optional(),
    "Cases: ids and ranges of them, all, or program files",
    {
      short: "-i",
      aliases: ["--program"],
      placeholder: "3,5-7,…",
      group: "Cases",
      defaultText: "all",
      isArgumentToo: true,
      isProgram: true,
    },
  ),
};

/** What stands for every case. */
const ALL = "all";

/**
 * The ids that are asked for, without repetitions, in numeric order (2 before 10, names last);
 * all known ones if none are. Upper and lower case are the same; `3-7` means the cases from 3 to 7
 * that exist.
 *
 * `E_CASE` (usage) for an id that is not known, with the nearest ones, and for a range from a larger
 * to a smaller number.
 */
export function selectIds(
  indices: readonly string[] | undefined,
  known: readonly string[],
): string[] {
  const chosen = indices?.flatMap((text) => idsOf(text, known)) ?? known;
  return [...new Set(chosen)].sort(compareNames);
}

/** Names win over ranges: a case may be called `3-7`. */
function idsOf(text: string, known: readonly string[]): readonly string[] {
  const wanted = text.trim().toLowerCase();
  if (known.includes(wanted)) return [wanted];
  if (wanted === ALL) return known;
  const range = /^(\d*)-(\d*)$/.exec(wanted);
  return range === null ? [oneId(text, known)] : rangeOf(text, range[1]!, range[2]!, known);
}

function rangeOf(text: string, first: string, last: string, known: readonly string[]): string[] {
  if (first === "" || last === "" || Number(first) > Number(last)) {
    throw new UsageError("E_CASE", `"${cut(text)}" is no range of cases`, {
      at: "--indices",
      expected: "FIRST-LAST, the smaller number first, such as 3-7",
      received: cut(text),
    });
  }
  const [from, to] = [first, last].map((end) => Number(oneId(end, known))) as [number, number];
  return known.filter((id) => Number(id) >= from && Number(id) <= to);
}

/**
 * The known id that is meant; `at` is where it was given. `E_CASE` (usage) if there is none, with the
 * nearest names or the numbers that exist.
 */
export function oneId(id: string, known: readonly string[], at = "--indices"): string {
  const wanted = id.trim().toLowerCase();
  if (known.includes(wanted)) return wanted;
  if (/[a-z]/.test(wanted) && nearestNames(wanted, known).length > 0) {
    throw unknownName("E_CASE", "case", id, known, at);
  }
  const isNumber = (name: string) => !Number.isNaN(Number(name));
  const numbers = known.filter(isNumber).map(Number);
  const names = known.filter((name) => !isNumber(name));
  throw new UsageError("E_CASE", `no case "${cut(id)}"`, {
    at,
    expected: [`a number: ${rangesText(numbers.sort((a, b) => a - b))}`, ...names].join(", or "),
    hint: 'The command "cases list" lists them.',
  });
}
