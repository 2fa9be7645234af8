import { InterpBenchError, reasonOf } from "../errors/index.ts";
import { formatJson } from "../formats/index.ts";
import type { JsonDocument } from "./command.ts";

/** The version of all documents; raised when one changes in a way that breaks its readers. */
const DOCUMENT_VERSION = 1;

/** The name of a kind of document: `interpbench/cases-show@1`. */
export const schemaName = (kind: string): string => `interpbench/${kind}@${DOCUMENT_VERSION}`;

/** The document with its schema as the first member. */
export function withSchema(kind: string, document: JsonDocument): JsonDocument {
  return { schema: schemaName(kind), ...document };
}

/** What `--json` writes: the document, or an array of documents, each with its schema. */
export function outputJson(kind: string, document: JsonDocument | readonly JsonDocument[]): string {
  if (isArray(document)) return formatJson(document.map((item) => withSchema(kind, item)));
  return formatJson(withSchema(kind, document));
}

/** An error as data. Errors that are no `InterpBenchError` have the code `E_INTERNAL`. */
export function errorDocument(error: unknown): JsonDocument {
  if (!(error instanceof InterpBenchError)) {
    return { code: "E_INTERNAL", message: reasonOf(error) };
  }
  const { code, message, expected, received, at, hint } = error;
  return { code, message, expected, received, at, hint };
}

function isArray(
  document: JsonDocument | readonly JsonDocument[],
): document is readonly JsonDocument[] {
  return Array.isArray(document);
}
