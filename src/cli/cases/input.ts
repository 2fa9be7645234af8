import type { Case } from "../../cases/index.ts";
import { assertInput } from "../../cases/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { asUsage, UsageError } from "../../flags/index.ts";
import { parseJson } from "../../formats/index.ts";
import { isRaspValue, type RaspValue, showValues } from "../../rasp/index.ts";

/**
 * The tokens that `--input` means: a JSON array (`["a", "x"]`), tokens between commas (`1,0,2`), or,
 * for vocabularies of single characters, just the characters (`axbx`).
 *
 * Usage errors: `E_INPUT` for a text that is none of these, tokens that are not in the vocabulary,
 * and wrong lengths.
 */
export function parseInput(case_: Case, text: string): readonly RaspValue[] {
  const input = text.trim().startsWith("[") ? jsonTokens(case_, text) : plainTokens(case_, text);
  asUsage(() => assertInput(case_, input));
  return input;
}

function jsonTokens(case_: Case, text: string): readonly RaspValue[] {
  let value: unknown;
  try {
    value = parseJson(text, "--input");
  } catch (cause) {
    const reason = cause instanceof InterpBenchError ? cause.received : String(cause);
    throw inputError(case_, `${text} (${reason})`, cause);
  }
  if (Array.isArray(value) && value.every(isRaspValue)) return value;
  throw inputError(case_, text);
}

function plainTokens(case_: Case, text: string): readonly RaspValue[] {
  const known = new Map(case_.vocab.map((token) => [String(token), token]));
  const areCharacters = [...known.keys()].every((name) => [...name].length === 1);
  const isListed = text.includes(",") || known.has(text.trim());
  if (!isListed && !areCharacters) throw inputError(case_, text);
  const names = isListed ? text.split(",").map((name) => name.trim()) : [...text];
  const areNumbers = case_.vocab.every((token) => typeof token === "number");
  const tokenOf = (name: string) => {
    const isNumber = areNumbers && name !== "" && !Number.isNaN(Number(name));
    return known.get(name) ?? (isNumber ? Number(name) : name);
  };
  return names.map(tokenOf);
}

function inputError({ id, vocab, maxSeqLen }: Case, received: string, cause?: unknown): UsageError {
  const example = JSON.stringify(vocab.slice(0, Math.min(3, maxSeqLen - 1)));
  return new UsageError("E_INPUT", `this is no input of case "${id}"`, {
    at: "--input",
    expected: `a JSON array of tokens, or tokens between commas, of ${showValues(vocab, 12)}`,
    received,
    hint: `For example --input '${example}'.`,
    cause,
  });
}
