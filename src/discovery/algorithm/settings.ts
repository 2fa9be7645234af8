import { z } from "zod";
import { PAPER_THRESHOLDS } from "../../circuit/index.ts";

/** The option that may have several values, and one of them: a circuit is found with each. */
export interface Setting {
  readonly name: "threshold" | "edgeCount" | "lambdaReg";
  readonly value: number;
}

/** A schema of one number, or of a list of at least one; `item` is what each has to be. */
export function oneOrMore(item: z.ZodNumber) {
  const numbers = z.union([z.number(), z.array(z.number()).min(1)], {
    error: "a number, or a list of numbers",
  });
  return numbers.check(({ value, issues }) => {
    for (const each of [value].flat()) {
      const message = item.safeParse(each).error?.issues[0]?.message;
      if (message !== undefined) issues.push({ code: "custom", input: value, message });
    }
  });
}

/** The word on the command line for the 19 values of the paper's sweep. */
export const PAPER_GRID: Readonly<Record<string, string>> = { paper: PAPER_THRESHOLDS.join(",") };

/** The settings that an option of one or more values asks for, each once. */
export function settingsOf(
  name: Setting["name"],
  values: number | readonly number[] | undefined,
): Setting[] {
  const all = values === undefined ? [] : typeof values === "number" ? [values] : values;
  return [...new Set(all)].map((value) => ({ name, value }));
}
