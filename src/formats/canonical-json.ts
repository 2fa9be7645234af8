import { InterpBenchError, printableJson } from "../errors/index.ts";

/** What a JSON file can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * The value as JSON data: typed arrays become arrays, and whatever is not defined (`undefined`,
 * NaN, ±∞) becomes `null`, as members of objects too.
 *
 * `E_JSON` for values that have no place in a file: functions, symbols, bigints, maps, sets and
 * other class instances.
 */
export function plainJson(value: unknown, at = "value"): JsonValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  const items = listItems(value);
  if (items !== undefined) return Array.from(items, (item, i) => plainJson(item, `${at}[${i}]`));
  return Object.fromEntries(
    members(value, at).map(([key, member]) => [key, plainJson(member, `${at}.${key}`)]),
  );
}

/**
 * {@link plainJson} as indented text with a final newline: how every JSON file is written. What a
 * terminal would act on is escaped, so that documents can be looked at.
 */
export function formatJson(value: unknown): string {
  return `${printableJson(JSON.stringify(plainJson(value), undefined, 2))}\n`;
}

/**
 * The one text of a value, for hashing: keys sorted by code unit, no white space, members that are
 * `undefined` left out, −0 written as 0.
 *
 * Two configurations have the same text exactly if they mean the same. `E_JSON` for values that
 * {@link plainJson} refuses, and for NaN and ±∞, which JSON cannot tell apart.
 */
export function canonicalJson(value: unknown, at = "value"): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") {
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw refusal(String(value), at);
    return JSON.stringify(value);
  }
  if (value === undefined) throw refusal("undefined", at);
  const items = listItems(value);
  if (items !== undefined) {
    return `[${Array.from(items, (item, i) => canonicalJson(item, `${at}[${i}]`)).join(",")}]`;
  }
  const parts = members(value, at)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member, `${at}.${key}`)}`);
  return `{${parts.join(",")}}`;
}

function listItems(value: unknown): Iterable<unknown> | undefined {
  if (Array.isArray(value)) return value;
  const isNumbers = ArrayBuffer.isView(value) && !(value instanceof DataView);
  return isNumbers ? (value as Float32Array) : undefined;
}

function members(value: unknown, at: string): [string, unknown][] {
  if (typeof value !== "object" || value === null) throw refusal(typeof value, at);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refusal(`a ${value.constructor.name}`, at);
  }
  return Object.entries(value);
}

function refusal(received: string, at: string): InterpBenchError {
  return new InterpBenchError("E_JSON", "a value cannot be written as JSON", {
    expected: "null, booleans, finite numbers, strings, and arrays and plain objects of them",
    received,
    at,
  });
}
