import type * as z from "zod/mini";
import {
  type ErrorCode,
  InterpBenchError,
  parseWith,
  reasonOf,
  type Schema,
  schemaFault,
  truncate,
} from "../errors/index.ts";

/** Deepest nesting of arrays and objects that is read. */
const MAX_DEPTH = 200;

/** How Python's names for numbers are read. */
interface ParseOptions {
  /** Whether `NaN` stays NaN. Default: it becomes `null`. */
  readonly keepsNaN?: boolean;
}

/**
 * Parses JSON text, also as Python writes it: `NaN` becomes `null` or stays, `Infinity` stays infinite.
 * Time and memory are linear in the text.
 *
 * `E_JSON` with the parser's words, and for arrays and objects nested more than 200 deep.
 */
export function parseJson(text: string, at: string, options: ParseOptions = {}): unknown {
  const standard = standardJson(text, at, "null");
  try {
    if (options.keepsNaN !== true) return JSON.parse(standard);
    const mark = strangerTo(standard);
    const marked = standardJson(text, at, JSON.stringify(mark));
    return JSON.parse(marked, (_, value: unknown) => (value === mark ? Number.NaN : value));
  } catch (cause) {
    throw new InterpBenchError("E_JSON", "this is no JSON text", {
      at,
      expected: "JSON",
      received: reasonOf(cause),
      cause,
    });
  }
}

/** A string that JSON text does not hold. */
function strangerTo(json: string): string {
  const strings = new Set<unknown>();
  JSON.parse(json, (_, value: unknown) => {
    if (typeof value === "string") strings.add(value);
    return value;
  });
  let number = 0;
  while (strings.has(`NaN ${number}`)) number++;
  return `NaN ${number}`;
}

/** What matters outside of strings: their beginnings, nesting, and names of numbers. */
const LANDMARK = /["[\]{}NI]/g;

/**
 * The text with Python's names for numbers, which JSON cannot write, replaced outside of strings: `NaN` by
 * `nan`, `Infinity` by `1e999`. Refuses deep nesting.
 */
function standardJson(text: string, at: string, nan: string): string {
  const names = [
    ["NaN", nan],
    ["Infinity", "1e999"],
  ] as const;
  const parts: string[] = [];
  let copied = 0;
  let depth = 0;
  const landmarks = new RegExp(LANDMARK);
  for (let match = landmarks.exec(text); match !== null; match = landmarks.exec(text)) {
    const i = match.index;
    const letter = match[0];
    if (letter === '"') landmarks.lastIndex = endOfString(text, i);
    else if (letter === "]" || letter === "}") depth--;
    else if (letter === "[" || letter === "{") {
      depth++;
      if (depth > MAX_DEPTH) throw tooDeep(at, i);
    } else {
      const found = names.find(([name]) => isWordAt(text, i, name));
      if (found === undefined) continue;
      parts.push(text.slice(copied, i), found[1]);
      copied = i + found[0].length;
      landmarks.lastIndex = copied;
    }
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(copied);
}

/** Behind the string that begins at `start`; the end of the text if it does not end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function isWordAt(text: string, start: number, word: string): boolean {
  const isFree = (letter = "") => !/[\w.]/.test(letter);
  return (
    text.startsWith(word, start) && isFree(text[start - 1]) && isFree(text[start + word.length])
  );
}

function tooDeep(at: string, position: number): InterpBenchError {
  return new InterpBenchError("E_JSON", "arrays and objects are nested too deep", {
    at,
    expected: `at most ${MAX_DEPTH} levels`,
    received: `more than ${MAX_DEPTH} levels of nesting from character ${position} on`,
  });
}

/**
 * The value as the schema's output. Throws `code` with the first issue: its path in `at`, its
 * message as what was expected, the offending value as what was received.
 */
export function checkSchema<S extends Schema>(
  schema: S,
  value: unknown,
  code: ErrorCode,
  at: string,
): z.output<S> {
  const result = parseWith(schema, value);
  if (result.success) return result.data;
  const { at: path, expected, received, more } = schemaFault(result.error, value);
  throw new InterpBenchError(
    code,
    path === "" ? "not as expected" : `"${path}" is not as expected`,
    {
      at: path === "" ? at : `${at}: ${path}`,
      expected,
      received: abbreviate(received),
      hint: more > 0 ? `And ${more} more.` : undefined,
    },
  );
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Shortest JSON that reads back as the same number; ±∞ as ±1e999, which JSON readers take for it, −0 as −0. */
export function jsonNumber(value: number): string {
  if (Object.is(value, -0)) return "-0";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "1e999" : "-1e999";
}

/** A value as JSON of at most 80 characters; `nothing` if it is undefined. */
export function abbreviate(value: unknown): string {
  return truncate(jsonOf(value), 80);
}

/** JSON, or the plain text of what has none: NaN, ±∞, bigints, and values nested too deep to be written. */
function jsonOf(value: unknown): string {
  if (typeof value === "number") return String(value);
  try {
    return JSON.stringify(value) ?? (value === undefined ? "nothing" : String(value));
  } catch {
    return String(value);
  }
}
