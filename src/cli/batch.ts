import { formatError, type InterpBenchError } from "../errors/index.ts";
import { errorDocument, type JsonDocument, withSchema } from "../jobs/index.ts";
import { type Column, formatTable, type Style } from "../report/index.ts";
import type { CommandOutput } from "./command.ts";
import { rangesText } from "./options/cases.ts";

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

/** A job that failed, or whose result is a failure. */
export interface Failure {
  readonly case: string;
  readonly error: unknown;
}

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

/** Failures as data. */
export function failuresDocument(failures: readonly Failure[]): JsonDocument[] {
  return failures.map(({ case: id, error }) => ({ case: id, ...errorDocument(error) }));
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

/** More failures than this with one code are told by their cases; each was told when it happened. */
const TOLD_IN_FULL = 5;

/** What failed, last: each failure, or where many have one code, the first of them and their cases. */
export function failuresText(failures: readonly Failure[], total: number, style: Style): string {
  if (failures.length === 0) return "";
  const codeOf = ({ error }: Failure) => errorDocument(error).code;
  const lines = [...new Set(failures.map(codeOf))].flatMap((code) => {
    const alike = failures.filter((failure) => codeOf(failure) === code);
    const told = alike.length > TOLD_IN_FULL ? alike.slice(0, 1) : alike;
    const full = told.map(({ case: id, error }) => `  ${id}  ${formatError(error)}\n`);
    if (told === alike) return full;
    const others = casesText(alike.slice(1).map(({ case: id }) => id));
    return [...full, `  ${code}, too, of ${alike.length - 1} others: ${others}\n`];
  });
  const head = style.red(`${failures.length} of ${total} cases failed:`);
  return `\n${head}\n${lines.join("")}`;
}

function casesText(ids: readonly string[]): string {
  const numbers = ids.filter((id) => /^\d+$/.test(id)).map(Number);
  const names = ids.filter((id) => !/^\d+$/.test(id));
  return [rangesText(numbers), ...names].filter((text) => text !== "").join(", ");
}
