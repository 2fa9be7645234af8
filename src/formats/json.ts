import type { z } from "zod";
import { InterpBenchError } from "../errors/index.ts";

/**
 * Parses JSON text, also as Python writes it: `NaN` becomes `null`, `Infinity` stays infinite.
 * `E_JSON` with the parser's words.
 */
export function parseJson(text: string, at: string): unknown {
  const standard = text.replace(
    /"(?:[^"\\]|\\.)*"|\bNaN\b|\bInfinity\b/g,
    (token) => ({ NaN: "null", Infinity: "1e999" })[token] ?? token,
  );
  try {
    return JSON.parse(standard);
  } catch (cause) {
    throw new InterpBenchError("E_JSON", "this is no JSON text", {
      at,
      expected: "JSON",
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/**
 * The value as the schema's output. Throws `code` with the first issue: its path in `at`, its
 * message as what was expected, the offending value as what was received.
 */
export function checkSchema<S extends z.ZodType>(
  schema: S,
  value: unknown,
  code: `E_${string}`,
  at: string,
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = issue.path.map(String).join(".");
  throw new InterpBenchError(
    code,
    path === "" ? "not as expected" : `"${path}" is not as expected`,
    {
      at: path === "" ? at : `${at}: ${path}`,
      expected: issue.message.replace(/^Invalid (input|option|key in record): expected /, ""),
      received: abbreviate(valueAt(value, issue.path)),
      hint:
        result.error.issues.length > 1 ? `And ${result.error.issues.length - 1} more.` : undefined,
    },
  );
}

/** A value as JSON of at most 80 characters; `nothing` if it is undefined. */
export function abbreviate(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}
