import { DEFAULT_TOLERANCE } from "../../src/interventions/index.ts";
import { type RaspValue, showValue } from "../../src/rasp/index.ts";
import type { CaseFacts } from "../engine/methods/cases.ts";
import type { Numbers } from "../engine/methods/run.ts";

/** What is said at a position. */
export interface Output {
  /** As it is shown. */
  readonly text: string;
  /** The id of the class, or the number. */
  readonly value: number;
  readonly isClass: boolean;
}

type Facts = Pick<CaseFacts, "outputs">;

/** What a model says at each position behind BOS: the class with the largest logit, or the number. */
export function modelOutputs(facts: Facts, { shape, data }: Numbers): Output[] {
  const [, positions = 1, classes = 1] = shape;
  return Array.from({ length: positions - 1 }, (_, i) => {
    const row = data.subarray((i + 1) * classes, (i + 2) * classes);
    return outputOf(facts, facts.outputs === undefined ? row[0]! : row.indexOf(Math.max(...row)));
  });
}

/** The same of a causal model, whose outputs are class ids or numbers. */
export function saidOutputs(facts: Facts, { shape, data }: Numbers): Output[] {
  const [, positions = 1, width = 1] = shape;
  return Array.from({ length: positions - 1 }, (_, i) => outputOf(facts, data[(i + 1) * width]!));
}

function outputOf({ outputs }: Facts, value: number): Output {
  const text = outputs === undefined ? shortNumber(value) : (outputs[value] ?? "?");
  return { text, value, isClass: outputs !== undefined };
}

/** Whether two outputs are the same: classes by their ids, numbers within the tolerance of evaluations. */
export function agree(a: Output, b: Output): boolean {
  if (a.isClass || b.isClass) return a.value === b.value;
  return areClose(a.value, b.value);
}

/** Whether an output is what a program computes: a class of that name, or a number within the same tolerance. */
export function isSaid({ text, value, isClass }: Output, wanted: RaspValue): boolean {
  return isClass ? text === showValue(wanted) : areClose(value, Number(wanted));
}

const areClose = (a: number, b: number) => Math.abs(a - b) < DEFAULT_TOLERANCE;

export const textsOf = (outputs: readonly Output[]): string[] => outputs.map(({ text }) => text);

/** A number with three digits that count. */
export function shortNumber(value: number): string {
  return String(Number(value.toFixed(Math.abs(value) < 10 ? 2 : 1)) + 0).replace("-", "−");
}
