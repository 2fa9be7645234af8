import type { RaspValue, SOp } from "../../rasp/index.ts";

/** What the values of a categorical expression are. */
export type ValueKind = "number" | "boolean" | "symbol";

/** All kinds. */
export const VALUE_KINDS: readonly ValueKind[] = ["number", "boolean", "symbol"];

/**
 * What a compiled expression guarantees, from most to least:
 *
 * - `exact`: made of inputs by functions; at BOS it has no value, so that it may be a key, or be
 *   averaged
 * - `total`: has a value at every position of every input, so that it may be a query; a selector
 *   width is total, but leaves something at BOS
 * - `partial`: has no value somewhere
 */
export type Guarantee = "exact" | "total" | "partial";

const ORDER: readonly Guarantee[] = ["exact", "total", "partial"];

/** Whether an expression with one guarantee will do where another is needed. */
export function suffices(given: Guarantee, needed: Guarantee): boolean {
  return ORDER.indexOf(given) <= ORDER.indexOf(needed);
}

/** The weakest of several guarantees: that of a function of several operands. */
export function weakest(guarantees: readonly Guarantee[]): Guarantee {
  return ORDER[Math.max(...guarantees.map((guarantee) => ORDER.indexOf(guarantee)))]!;
}

/** A categorical expression with what is known about its values. */
export interface Typed {
  readonly sop: SOp;
  readonly kind: ValueKind;
  readonly guarantee: Guarantee;
  /** The values it can have; null is not among them. Perhaps more than it ever has. */
  readonly values: readonly RaspValue[];
  /** The longest path from an input, in expressions: 0 for an input. */
  readonly depth: number;
}
