import type { CaseFacts } from "../engine/methods/cases.ts";
import type { Numbers } from "../engine/methods/run.ts";

/** What a model says at each position behind BOS: the class with the largest logit, or the number. */
export function outputTexts({ outputs }: CaseFacts, { shape, data }: Numbers): string[] {
  const [, positions = 1, classes = 1] = shape;
  return Array.from({ length: positions - 1 }, (_, i) => {
    const row = data.subarray((i + 1) * classes, (i + 2) * classes);
    if (outputs === undefined) return shortNumber(row[0]!);
    return outputs[row.indexOf(Math.max(...row))] ?? "?";
  });
}

/** A number with three digits that count. */
export function shortNumber(value: number): string {
  return String(Number(value.toFixed(Math.abs(value) < 10 ? 2 : 1)) + 0).replace("-", "−");
}
