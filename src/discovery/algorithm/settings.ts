import * as z from "zod/mini";
import { PAPER_THRESHOLDS } from "../../circuit/index.ts";

/** The option that may have several values, and one of them: a circuit is found with each. */
export interface Setting {
  /** The option's name: `threshold`. */
  readonly name: string;
  readonly value: number;
}

/**
 * A schema of one number, or of a list of at least one.
 *
 * @param item what each has to be
 * @param expected the same in words, for errors
 */
export function oneOrMore(
  item: z.core.$ZodType<number>,
  expected = "a number, or a list of numbers",
) {
  const numbers = z.union([z.number(), z.array(z.number()).check(z.minLength(1))], {
    error: expected,
  });
  return numbers.check(({ value, issues }) => {
    if ([value].flat().every((each) => z.safeParse(item, each).success)) return;
    issues.push({ code: "custom", input: value, message: expected });
  });
}

/** The word on the command line for the 19 values of the paper's sweep. */
export const PAPER_GRID: Readonly<Record<string, string>> = { paper: PAPER_THRESHOLDS.join(",") };

/** The settings that an option of one or more values asks for, each once. */
export function settingsOf(
  name: string,
  values: number | readonly number[] | undefined,
): Setting[] {
  const all = values === undefined ? [] : typeof values === "number" ? [values] : values;
  return [...new Set(all)].map((value) => ({ name, value }));
}
