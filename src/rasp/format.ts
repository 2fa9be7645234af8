import type { RaspValue } from "./value.ts";

/**
 * How the integral numbers of an SOp are printed in labels: `"int"` as `2`, `"float"` as `2.0`,
 * a function decides number by number, and `"auto"` (the default) means float as soon as any
 * number of the SOp's value set is not integral.
 *
 * It has no influence on behaviour: it only reproduces the labels of the original, whose integers
 * and floats are different types.
 */
export type NumberType = "auto" | "int" | "float" | ((value: number) => "int" | "float");

/** A number as a float in Python's notation: shortest digits, `2.0`, `1e-05`, `1e+16`, `inf`. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const [mantissa, exponentText] = value.toExponential().split("e") as [string, string];
  const exponent = Number(exponentText);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const digits = String(Math.abs(exponent)).padStart(2, "0");
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** An integral number in full, without exponent; any other number as {@link formatFloat}. */
export function formatNumber(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : formatFloat(value);
}

/**
 * A value as it stands in a label: `a`, `True`, `None`, `2` or `2.0`, `('a', 1)`.
 *
 * @param isFloat whether an integral number is printed as a float. Numbers inside tuples are
 *   always printed as they are: `(0, 0.5)`.
 */
export function formatValue(
  value: RaspValue,
  isFloat: (value: number) => boolean = () => false,
): string {
  if (value === null) return "None";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return isFloat(value) ? formatFloat(value) : formatNumber(value);
  const elements = value.map((element) =>
    typeof element === "string" ? quote(element) : formatValue(element),
  );
  return elements.length === 1 ? `(${elements[0]},)` : `(${elements.join(", ")})`;
}

/** The string in Python's quotes: single ones, unless it holds single but no double ones. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(mark, `\\${mark}`);
  return mark + escaped + mark;
}

/**
 * The rule that decides whether an integral number of the value set is printed as a float.
 *
 * @param values the value set the label's SOp can take
 */
export function floatRule(
  numberType: NumberType,
  values: readonly RaspValue[],
): (value: number) => boolean {
  if (typeof numberType === "function") return (value) => numberType(value) === "float";
  if (numberType !== "auto") return () => numberType === "float";
  const anyFraction = values.some((v) => typeof v === "number" && !Number.isInteger(v));
  return () => anyFraction;
}

/** How much of a value is shown in messages. */
const SHOWN_CHARACTERS = 120;

/** A value for error messages: strings in quotes, tuples in parentheses, long ones cut off. */
export function showValue(value: RaspValue): string {
  const text = typeof value === "string" ? JSON.stringify(value) : formatValue(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/** The first few values for error messages: `{1, 2, 3, …}`. */
export function showValues(values: readonly RaspValue[], limit = 6): string {
  const shown = values.slice(0, limit).map(showValue);
  return `{${[...shown, ...(values.length > limit ? ["…"] : [])].join(", ")}}`;
}

/** A sequence in its order: `[0, "a", null]`; values beyond `limit` are left out. */
export function showSequence(values: readonly RaspValue[], limit = 12): string {
  return `[${showValues(values, limit).slice(1, -1)}]`;
}
