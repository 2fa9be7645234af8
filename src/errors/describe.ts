import { truncate } from "./text.ts";

/** How much of a text (with what tells that it is cut) or of a list of keys is shown. */
const SHOWN = { characters: 121, keys: 8 } as const;

/**
 * What something is, for `received` where anything at all may come: `a Set of 2`, `an array of 3`,
 * `an object with program, vocab`, `"text"`, `nothing`.
 */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return truncate(JSON.stringify(value), SHOWN.characters);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Set || value instanceof Map) {
    return `a ${value instanceof Set ? "Set" : "Map"} of ${value.size}`;
  }
  if (value instanceof Promise) return "a promise";
  const keys = Object.keys(value);
  if (keys.length === 0) return "an empty object";
  const rest = keys.length > SHOWN.keys ? ", …" : "";
  const text = `an object with ${keys.slice(0, SHOWN.keys).join(", ")}${rest}`;
  return truncate(text, SHOWN.characters);
}

/** Why something failed, in the words of what was thrown: an error's message, or what else it is. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : describeValue(thrown);
}
