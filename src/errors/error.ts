import type { ErrorCode } from "./codes.ts";
import { cutForError, printable, printableLines } from "./text.ts";

/** What an error tells besides its message. Every field but `code` may be absent. */
export interface ErrorDetails {
  /** What would have been accepted. */
  readonly expected?: string | undefined;
  /** What came instead. */
  readonly received?: string | undefined;
  /** Where it came from: a file, a flag, a key path, a sub-expression. */
  readonly at?: string | undefined;
  /** What to do about it; options, and values of them, in backticks: `seed`, `backend: wasm`. */
  readonly hint?: string | undefined;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/**
 * The only error the package throws for bad input.
 *
 * `code` is stable and machine-readable (see {@link ERROR_CODES}); `message` is one sentence.
 * Use {@link formatError} for the full paragraph. Texts of more than 1,000 characters are cut.
 */
export class InterpBenchError extends Error {
  readonly code: ErrorCode;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly at: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(cutForError(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "InterpBenchError";
    this.code = code;
    this.expected = cutIfAny(details.expected);
    this.received = cutIfAny(details.received);
    this.at = cutIfAny(details.at);
    this.hint = cutIfAny(details.hint);
  }
}

const cutIfAny = (text: string | undefined) => (text === undefined ? undefined : cutForError(text));

/**
 * The error as one paragraph: `code: message (at …); expected …; received …. Hint.` Names in it may
 * come from files: what is not printable is escaped, but for the line ends of messages that are lists.
 */
export function formatError(error: unknown): string {
  if (!(error instanceof InterpBenchError)) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return printableLines(cutForError(text));
  }
  const parts = [`${error.code}: ${printableLines(error.message)}`];
  if (error.at !== undefined) parts.push(`(at ${printable(error.at)})`);
  if (error.expected !== undefined) parts.push(`— expected ${printable(error.expected)}`);
  if (error.received !== undefined) parts.push(`— received ${printable(error.received)}`);
  const sentence = parts.join(" ");
  return error.hint === undefined ? sentence : `${sentence}. ${printableLines(error.hint)}`;
}
