import { DEFAULT_TOLERANCE } from "../../src/interventions/index.ts";
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

/** The same of a causal model, whose outputs are class ids or numbers. */
export function saidTexts({ outputs }: CaseFacts, { shape, data }: Numbers): string[] {
  const [, positions = 1, width = 1] = shape;
  return Array.from({ length: positions - 1 }, (_, i) => {
    const value = data[(i + 1) * width]!;
    return outputs === undefined ? shortNumber(value) : (outputs[value] ?? "?");
  });
}

/** Whether two outputs are the same, numbers as they are shown within the tolerance of evaluations. */
export function agree(a: string, b: string): boolean {
  const numberOf = (text: string) => Number(text.replace("−", "-"));
  return a === b || Math.abs(numberOf(a) - numberOf(b)) < DEFAULT_TOLERANCE;
}

/** A number with three digits that count. */
export function shortNumber(value: number): string {
  return String(Number(value.toFixed(Math.abs(value) < 10 ? 2 : 1)) + 0).replace("-", "−");
}
