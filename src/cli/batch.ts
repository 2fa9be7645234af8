import { formatError, type InterpBenchError } from "../errors/index.ts";
import { type Column, formatTable, type Style } from "../report/index.ts";
import type { CommandOutput, JsonDocument } from "./command.ts";
import type { JobList } from "./jobs.ts";
import { errorDocument, withSchema } from "./output.ts";

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

interface Failure {
  readonly case: string;
  readonly error: unknown;
}

/** What several jobs have to say together: results and failures in their order; 1 if any failed. */
export function batchOutput(list: JobList, outcomes: readonly Outcome[]): CommandOutput {
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
      results: results.map((result) => withSchema(list.kind, result)),
      failures: failures.map((failure) => ({
        case: failure.case,
        ...errorDocument(failure.error),
      })),
    },
    text: (style) =>
      batchText(list, results, style) + failuresText(failures, list.jobs.length, style),
    exitCode: failures.length > 0 ? 1 : 0,
  };
}

function batchText(list: JobList, results: readonly JsonDocument[], style: Style): string {
  if (list.columns === undefined || results.length === 0) {
    return results.map((result) => list.text(result, style)).join("\n");
  }
  const columns: Column<JsonDocument>[] = [
    { heading: "case", value: (document) => String(document.case), align: "right" },
    ...list.columns,
    { heading: "folder", value: ({ folder }) => String(folder) },
  ];
  return formatTable(columns, results, style);
}

function failuresText(failures: readonly Failure[], total: number, style: Style): string {
  if (failures.length === 0) return "";
  const lines = failures.map(({ case: id, error }) => `  ${id}  ${formatError(error)}\n`);
  const head = style.red(`${failures.length} of ${total} cases failed:`);
  return `\n${head}\n${lines.join("")}`;
}
