import type { InterpBenchError } from "../errors/index.ts";
import {
  type Failure,
  failuresDocument,
  failuresText,
  type JsonDocument,
  withSchema,
} from "../jobs/index.ts";
import { type Column, formatTable, type Style } from "../report/index.ts";
import type { CommandOutput } from "./command.ts";

/** How documents of jobs of one kind are shown, each and together. */
export interface BatchFormat {
  /** The kind of all plans; names the documents: `train-iit` gives `interpbench/train-iit@1`. */
  readonly kind: string;
  /** A document for people. */
  text(document: JsonDocument, style: Style): string;
  /** What several documents are for people: a table with these columns, between case and folder. */
  readonly columns?: readonly Column<JsonDocument>[];
}

/** What came of one of several jobs. */
export type Outcome =
  | {
      readonly kind: "done";
      readonly case: string;
      readonly document: JsonDocument;
      /** Why the result is not what it was made for. */
      readonly failure: InterpBenchError | undefined;
    }
  | { readonly kind: "failed"; readonly case: string; readonly error: unknown };

/**
 * What `total` jobs have to say together: results and failures in their order; exit code 1 if any
 * failed.
 */
export function batchOutput(
  format: BatchFormat,
  total: number,
  outcomes: readonly Outcome[],
): CommandOutput {
  const results = outcomes.flatMap((outcome) =>
    outcome.kind === "done" ? [outcome.document] : [],
  );
  const failures = outcomes.flatMap((outcome): Failure[] => {
    const error = outcome.kind === "failed" ? outcome.error : outcome.failure;
    return error === undefined ? [] : [{ case: outcome.case, error }];
  });
  return {
    kind: "batch",
    document: {
      results: results.map((result) => withSchema(format.kind, result)),
      failures: failuresDocument(failures),
    },
    text: (style) => batchText(format, results, style) + failuresText(failures, total, style),
    exitCode: failures.length > 0 ? 1 : 0,
  };
}

function batchText(
  { columns: wanted, text }: BatchFormat,
  results: readonly JsonDocument[],
  style: Style,
): string {
  if (wanted === undefined || results.length === 0) {
    return results.map((result) => text(result, style)).join("\n");
  }
  const columns: Column<JsonDocument>[] = [
    { heading: "case", value: (document) => String(document.case), align: "right" },
    ...wanted,
    { heading: "folder", value: ({ folder }) => String(folder) },
  ];
  return formatTable(columns, results, style);
}
