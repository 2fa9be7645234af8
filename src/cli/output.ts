import { formatJson } from "../formats/index.ts";
import { type JsonDocument, withSchema } from "../jobs/index.ts";

/** What `--json` writes: the document, or an array of documents, each with its schema. */
export function outputJson(kind: string, document: JsonDocument | readonly JsonDocument[]): string {
  if (isArray(document)) return formatJson(document.map((item) => withSchema(kind, item)));
  return formatJson(withSchema(kind, document));
}

function isArray(
  document: JsonDocument | readonly JsonDocument[],
): document is readonly JsonDocument[] {
  return Array.isArray(document);
}
