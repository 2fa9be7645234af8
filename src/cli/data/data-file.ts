import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import type { DiscoveryTask } from "../../discovery/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { checkSchema, parseJson } from "../../formats/index.ts";
import { type Transformer, tokenTable } from "../../transformer/index.ts";
import { asUsage, UsageError } from "../usage.ts";

const ids = z.array(z.array(z.int().min(0)).min(2)).min(1);
/** Null is for positions without a target, such as BOS. */
const numbers = z.array(z.array(z.number().nullable()));

const dataFile = z.strictObject({
  clean: ids,
  corrupted: ids.optional(),
  targets: numbers.optional(),
  corruptedTargets: numbers.optional(),
  categorical: z.boolean().optional(),
});

/** Prompts of a user's own, as `--data` takes them: token ids, BOS included, of one length. */
export type DataFile = z.output<typeof dataFile>;

/**
 * Reads the file of `--data`. Usage errors: `E_FILE` if it cannot be read; `E_JSON` or `E_DATA`, with
 * the row, for anything but rows of token ids of one length and targets of the same shape.
 */
export function readDataFile(file: string, cwd: string): DataFile {
  return asUsage(() => parseDataFile(readText(file, cwd), file));
}

function readText(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), "utf8");
  } catch (cause) {
    throw new UsageError("E_FILE", "the data file cannot be read", {
      at: file,
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

function parseDataFile(text: string, file: string): DataFile {
  const data = checkSchema(dataFile, parseJson(text, file), "E_DATA", file);
  const positions = data.clean[0]!.length;
  for (const name of ["clean", "corrupted", "targets", "corruptedTargets"] as const) {
    const rows = data[name];
    if (rows === undefined) continue;
    if (rows.length !== data.clean.length) {
      throw shapeError(`${file}: ${name}`, `${data.clean.length} rows, as in clean`, rows.length);
    }
    const odd = rows.findIndex((row) => row.length !== positions);
    if (odd === -1) continue;
    const expected = `${positions} positions, as in row 0 of clean`;
    throw shapeError(`${file}: ${name}, row ${odd}`, expected, rows[odd]!.length);
  }
  return data;
}

/** The task of a model on a user's prompts. `E_DATA` without corrupted prompts to compare with. */
export function fileDiscoveryTask(
  { clean, corrupted, targets, corruptedTargets, categorical }: DataFile,
  transformer: Transformer,
  file: string,
): DiscoveryTask {
  if (corrupted === undefined) {
    throw new InterpBenchError("E_DATA", "there is nothing to compare the prompts with", {
      at: `${file}: corrupted`,
      expected: "a corrupted row for each clean one",
      received: "nothing",
      hint: "An ablated edge carries what it carries on the corrupted prompt.",
    });
  }
  return {
    transformer,
    rows: clean.length,
    positions: clean[0]!.length,
    cleanTokens: tokensOf(clean, transformer, `${file}: clean`),
    corruptedTokens: tokensOf(corrupted, transformer, `${file}: corrupted`),
    ...(targets === undefined ? {} : { targets: flatten(targets) }),
    ...(corruptedTargets === undefined ? {} : { corruptedTargets: flatten(corruptedTargets) }),
    categorical: categorical ?? transformer.config.dVocabOut > 1,
    outputPositions: "notFirst",
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

function flatten(rows: readonly (readonly (number | null)[])[]): number[] {
  return rows.flat().map((value) => value ?? Number.NaN);
}

function shapeError(at: string, expected: string, received: number): InterpBenchError {
  return new InterpBenchError("E_DATA", "the data do not have one shape", {
    at,
    expected,
    received: String(received),
  });
}
