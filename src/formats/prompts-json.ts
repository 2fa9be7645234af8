import * as z from "zod/mini";
import type { DiscoveryTask } from "../discovery/index.ts";
import { InterpBenchError, unknownNameError } from "../errors/index.ts";
import {
  keptPositions,
  type OutputPositions,
  positionsProblem,
  type Transformer,
  tokenTable,
} from "../transformer/index.ts";
import { checkSchema, isRecord, parseJson } from "./json.ts";

const ids = z.array(z.array(z.int().check(z.gte(0))).check(z.minLength(1))).check(z.minLength(1));

/** Null is for positions without a target, such as BOS. */
const row = z.array(z.nullable(z.number()));
const targets = z.array(
  z.union([z.number(), row], { error: "a number, or one for each position (null: none)" }),
);

const KEYWORDS = ["notFirst", "all", "last"] as const;
/** Where outputs count, in a data file. */
export const outputPositions = z.union(
  [z.enum(KEYWORDS), z.array(z.int().check(z.gte(0))).check(z.minLength(1))],
  {
    error: `${KEYWORDS.map((word) => `"${word}"`).join(", ")}, or a list of positions such as [0, 3]`,
  },
);

const promptsSchema = z.strictObject({
  clean: ids,
  corrupted: z.optional(ids),
  targets: z.optional(targets),
  corruptedTargets: z.optional(targets),
  foils: z.optional(targets),
  categorical: z.optional(z.boolean()),
  outputPositions: z._default(outputPositions, "notFirst"),
});

/** The tables of answers in a data file. */
export const ANSWERS = ["targets", "corruptedTargets", "foils"] as const;

/** What is right, or wrong, for each row and position; null where there is nothing. */
type Answers = readonly (readonly (number | null)[])[];

/**
 * Prompts of a user's own, as files hold them: token ids, BOS included, of one length, and answers
 * for each row and position.
 */
export interface Prompts extends Readonly<Partial<Record<(typeof ANSWERS)[number], Answers>>> {
  readonly clean: readonly (readonly number[])[];
  readonly corrupted?: readonly (readonly number[])[] | undefined;
  readonly categorical?: boolean | undefined;
  readonly outputPositions: OutputPositions;
}

/**
 * The prompts of a text. `E_JSON` or `E_DATA`, with the row, for anything but rows of token ids of one
 * length and answers of the same shape (or one per row, where one position counts) without a gap at
 * positions that count. `file` is what errors call it.
 */
export function decodePrompts(text: string, file: string): Prompts {
  const value = parseJson(text, file);
  assertPromptKeys(value, file);
  const data = checkSchema(promptsSchema, value, "E_DATA", file);
  const { clean, corrupted, categorical } = data;
  const positions = clean[0]!.length;
  assertTable(clean, clean.length, positions, `${file}: clean`);
  if (corrupted !== undefined)
    assertTable(corrupted, clean.length, positions, `${file}: corrupted`);
  const facts = { positions, outputPositions: data.outputPositions };
  const problem = positionsProblem(facts, positions);
  if (problem !== undefined) {
    const { at, ...details } = problem;
    const what = "the positions that count are not in the prompts";
    throw new InterpBenchError("E_DATA", what, { at: `${file}: ${at}`, ...details });
  }
  const kept = keptPositions(facts);
  const answers = ANSWERS.flatMap((name) => {
    const given = data[name];
    if (given === undefined) return [];
    return [[name, answersOf(given, clean.length, positions, kept, `${file}: ${name}`)]] as const;
  });
  return {
    clean,
    ...(corrupted === undefined ? {} : { corrupted }),
    ...(categorical === undefined ? {} : { categorical }),
    ...Object.fromEntries(answers),
    outputPositions: data.outputPositions,
  };
}

/** Throws `E_DATA` for keys that a data file does not have. */
export function assertPromptKeys(value: unknown, file: string): void {
  if (!isRecord(value)) return;
  const known = Object.keys(promptsSchema.shape);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw unknownNameError("E_DATA", "key", unknown, known, file);
}

function assertTable(
  rows: readonly (readonly unknown[])[],
  count: number,
  positions: number,
  at: string,
): void {
  if (rows.length !== count) throw shapeError(at, `${count} rows, as in clean`, rows.length);
  const odd = rows.findIndex((row) => row.length !== positions);
  if (odd === -1) return;
  throw shapeError(
    `${at}, row ${odd}`,
    `${positions} positions, as in row 0 of clean`,
    rows[odd]!.length,
  );
}

/** Answers for all rows and positions; single ones belong to the only position that counts. */
function answersOf(
  given: z.output<typeof targets>,
  count: number,
  positions: number,
  kept: readonly number[],
  at: string,
): Answers {
  const rows = given.map((answer, row) => {
    if (typeof answer !== "number") return answer;
    if (kept.length === 1)
      return Array.from({ length: positions }, (_, p) => (p === kept[0] ? answer : null));
    throw new InterpBenchError("E_DATA", "one answer per row needs one position that counts", {
      at: `${at}, row ${row}`,
      expected: `${positions} numbers, null where there is none: ${kept.length} positions count`,
      received: String(answer),
      hint: POSITIONS_HINT,
    });
  });
  assertTable(rows, count, positions, at);
  for (const [row, answers] of rows.entries()) {
    const gap = kept.find((position) => answers[position] === null);
    if (gap === undefined) continue;
    throw new InterpBenchError("E_DATA", "there is no answer at a position that counts", {
      at: `${at}, row ${row}, position ${gap}`,
      expected: "a number",
      received: "null",
      hint: POSITIONS_HINT,
    });
  }
  return rows;
}

const POSITIONS_HINT =
  'Say which positions count: "outputPositions": "last", "all", "notFirst" (the default), or a list.';

/** The task of a model on a user's prompts. */
export function promptsTask(data: Prompts, transformer: Transformer, file: string): DiscoveryTask {
  const { clean, corrupted, categorical } = data;
  const answers = ANSWERS.flatMap((name) => {
    const rows = data[name];
    return rows === undefined ? [] : [[name, flatten(rows)] as const];
  });
  return {
    transformer,
    rows: clean.length,
    positions: clean[0]!.length,
    cleanTokens: tokensOf(clean, transformer, `${file}: clean`),
    ...(corrupted === undefined
      ? {}
      : { corruptedTokens: tokensOf(corrupted, transformer, `${file}: corrupted`) }),
    ...Object.fromEntries(answers),
    categorical: categorical ?? transformer.config.dVocabOut > 1,
    outputPositions: data.outputPositions,
  };
}

/** Rows of token ids as a table; `E_DATA`, with row and position, for what the model does not know. */
function tokensOf(
  rows: readonly (readonly number[])[],
  { config }: Transformer,
  at: string,
): Int32Array {
  try {
    return tokenTable(config, rows);
  } catch (error) {
    if (!(error instanceof InterpBenchError)) throw error;
    const { message, expected, received } = error;
    const place = error.at === undefined ? at : `${at}, ${error.at}`;
    throw new InterpBenchError("E_DATA", message, { at: place, expected, received, cause: error });
  }
}

function flatten(rows: Answers): number[] {
  return rows.flat().map((value) => value ?? Number.NaN);
}

function shapeError(at: string, expected: string, received: number): InterpBenchError {
  return new InterpBenchError("E_DATA", "the data do not have one shape", {
    at,
    expected,
    received: String(received),
  });
}
