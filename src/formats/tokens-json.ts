import * as z from "zod/mini";
import { InterpBenchError } from "../errors/index.ts";
import { isRaspValue, isTuple, type RaspValue, valueKey } from "../rasp/index.ts";
import { checkSchema, jsonNumber, parseJson } from "./json.ts";

/** What the ids that a model reads and writes stand for. */
export interface ModelVocabulary {
  /** The place of a token is its id; BOS and PAD are among them. */
  readonly tokens: readonly RaspValue[];
  readonly bosId: number;
  readonly padId: number;
  /** The place of a class is that of its logit; `undefined` if the one logit is a number itself. */
  readonly outputs: readonly RaspValue[] | undefined;
}

const SCHEMA = "interpbench/tokens@1";

const value = z.custom<RaspValue>(isRaspValue, "no value of a program");

const file = z.strictObject({
  schema: z.literal(SCHEMA),
  tokens: z.array(value).check(z.minLength(1)),
  bos: z.int().check(z.gte(0)),
  pad: z.int().check(z.gte(0)),
  outputs: z.nullable(z.array(value).check(z.minLength(1))),
});

/** Writes a `tokens.json`; infinite numbers as `1e999`, which JSON readers take for infinite. */
export function encodeVocabulary({ tokens, bosId, padId, outputs }: ModelVocabulary): string {
  const lines = [
    `"schema": ${JSON.stringify(SCHEMA)}`,
    `"tokens": ${valueText(tokens)}`,
    `"bos": ${bosId}`,
    `"pad": ${padId}`,
    `"outputs": ${outputs === undefined ? "null" : valueText(outputs)}`,
  ];
  return `{\n${lines.map((line) => `  ${line}`).join(",\n")}\n}\n`;
}

function valueText(value: RaspValue): string {
  if (isTuple(value)) return `[${value.map(valueText).join(", ")}]`;
  return typeof value === "number" ? jsonNumber(value) : JSON.stringify(value);
}

/**
 * Reads a `tokens.json`.
 *
 * `E_JSON`, or `E_TOKENS` with the key in `at`: a missing or unknown one, something else than values,
 * a value that occurs twice, BOS or PAD outside of the list.
 */
export function decodeVocabulary(text: string, at = "tokens.json"): ModelVocabulary {
  const { tokens, bos, pad, outputs } = checkSchema(file, parseJson(text, at), "E_TOKENS", at);
  for (const [key, list] of Object.entries({ tokens, outputs: outputs ?? [] })) {
    if (new Set(list.map(valueKey)).size === list.length) continue;
    throw tokensError(`${at}: ${key}`, "each value once", "a value that occurs twice");
  }
  for (const [key, id] of Object.entries({ bos, pad })) {
    if (id < tokens.length) continue;
    throw tokensError(`${at}: ${key}`, `an id below ${tokens.length}`, String(id));
  }
  return { tokens, bosId: bos, padId: pad, outputs: outputs ?? undefined };
}

function tokensError(at: string, expected: string, received: string): InterpBenchError {
  return new InterpBenchError("E_TOKENS", "the tokens of a model do not fit together", {
    at,
    expected,
    received,
  });
}
