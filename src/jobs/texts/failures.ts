import { formatError } from "../../errors/index.ts";
import { rangesText, type Style } from "../../report/index.ts";
import { errorDocument, type JsonDocument } from "../document.ts";

/** A job that failed, or whose result is a failure. */
export interface Failure {
  readonly case: string;
  readonly error: unknown;
}

/** Failures as data. */
export function failuresDocument(failures: readonly Failure[]): JsonDocument[] {
  return failures.map(({ case: id, error }) => ({ case: id, ...errorDocument(error) }));
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
