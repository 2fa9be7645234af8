import {
  compareStrings,
  compareValues,
  formatValue,
  type RaspValue,
  valueKey,
} from "../rasp/index.ts";

/**
 * A basis direction of the residual stream: "`name` has this value", or with the value `null`
 * the number carried by `name`.
 */
export interface Direction {
  readonly name: string;
  readonly value: RaspValue;
  /** `name:value`, or `name`. Printed names only; compare directions by {@link key}. */
  readonly label: string;
  /** Equal exactly for equal directions (same name, equal values: `true = 1`). */
  readonly key: string;
}

/**
 * The direction of a name and a value (`null`: of the name alone).
 *
 * @param valueLabel how the value is printed, if not as {@link formatValue} does
 */
export function makeDirection(
  name: string,
  value: RaspValue = null,
  valueLabel: string = formatValue(value),
): Direction {
  const label = value === null ? name : `${name}:${valueLabel}`;
  return Object.freeze({ name, value, label, key: directionKey(name, value) });
}

/** The key of the direction of a name and a value. */
export function directionKey(name: string, value: RaspValue): string {
  const key = valueKey(value);
  return `${name}\u0000${typeof key === "string" ? "s" : "n"}${key}`;
}

/**
 * The order of directions in every space: by name, then by value; values without an order by
 * their labels (so `tokens:3` < `tokens:BOS`).
 */
export function compareDirections(a: Direction, b: Direction): number {
  if (a.name !== b.name) return compareStrings(a.name, b.name);
  return compareValues(a.value, b.value) ?? compareStrings(a.label, b.label);
}
