import { isTuple, type RaspValue } from "../rasp/index.ts";

/** A number as documents have it: what JSON has no number for is a text, `nan`, `inf` or `-inf`. */
export function plainNumber(x: number): number | string {
  if (Number.isNaN(x)) return "nan";
  if (Number.isFinite(x)) return x;
  return x > 0 ? "inf" : "-inf";
}

/** A value of a program as documents have it: numbers as {@link plainNumber}, `null` for no value. */
export function plainValue(value: RaspValue): RaspValue {
  if (isTuple(value)) return value.map(plainValue);
  return typeof value === "number" ? plainNumber(value) : value;
}
