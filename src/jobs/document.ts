import { InterpBenchError, reasonOf } from "../errors/index.ts";

/** A JSON document: what jobs make, and what the command line prints. */
export type JsonDocument = Readonly<Record<string, unknown>>;

/** The version of all documents; raised when one changes in a way that breaks its readers. */
const DOCUMENT_VERSION = 1;

/** The name of a kind of document: `interpbench/cases-show@1`. */
export const schemaName = (kind: string): string => `interpbench/${kind}@${DOCUMENT_VERSION}`;

/** The document with its schema as the first member. */
export function withSchema(kind: string, document: JsonDocument): JsonDocument {
  return { schema: schemaName(kind), ...document };
}

/** An error as data. Errors that are no `InterpBenchError` have the code `E_INTERNAL`. */
export function errorDocument(error: unknown): JsonDocument {
  if (!(error instanceof InterpBenchError)) {
    return { code: "E_INTERNAL", message: reasonOf(error) };
  }
  const { code, message, expected, received, at, hint } = error;
  return { code, message, expected, received, at, hint };
}
