import * as z from "zod/mini";
import { InterpBenchError } from "../errors/index.ts";
import { isRaspValue, isTuple, type RaspValue, valueKey } from "../rasp/index.ts";
import { checkSchema, jsonNumber, parseJson } from "./json.ts";

/** What the ids that a model reads and writes stand for. */
export interface ModelVocabulary {
  /** The place of a token is its id, unless `ids` say it; BOS and PAD are among them. */
  readonly tokens: readonly RaspValue[];
  readonly bosId: number;
  /** `undefined` where no input is filled up. */
  readonly padId: number | undefined;
  /** The place of a class is that of its logit; `undefined` if the one logit is a number itself. */
  readonly outputs: readonly RaspValue[] | undefined;
  /** The ids of the tokens and of the outputs, of a model that has more than these. */
  readonly ids?: GivenPlaces | undefined;
}

/** Ids in the order of what they stand for; an id may stand for two tokens, one of them BOS. */
export interface GivenPlaces {
  readonly tokens: readonly number[];
  readonly outputs: readonly number[];
}

const SCHEMA = "interpbench/tokens@1";

const value = z.custom<RaspValue>(isRaspValue, "no value of a program");

const id = z.int().check(z.gte(0));

const file = z.strictObject({
  schema: z.literal(SCHEMA),
  tokens: z.array(value).check(z.minLength(1)),
  bos: id,
  pad: z.nullable(id),
  outputs: z.nullable(z.array(value).check(z.minLength(1))),
  ids: z.optional(z.strictObject({ tokens: z.array(id), outputs: z.array(id) })),
});

/** Writes a `tokens.json`; infinite numbers as `1e999`, which JSON readers take for infinite. */
export function encodeVocabulary(vocabulary: ModelVocabulary): string {
  const { tokens, bosId, padId = null, outputs, ids } = vocabulary;
  const lines = [
    `"schema": ${JSON.stringify(SCHEMA)}`,
    `"tokens": ${valueText(tokens)}`,
    `"bos": ${bosId}`,
    `"pad": ${padId}`,
    `"outputs": ${outputs === undefined ? "null" : valueText(outputs)}`,
    ...(ids === undefined ? [] : [`"ids": ${JSON.stringify(ids)}`]),
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
 * a value that occurs twice, BOS or PAD outside of the list, not one id for each value.
 */
export function decodeVocabulary(text: string, at = "tokens.json"): ModelVocabulary {
  const { tokens, bos, pad, outputs, ids } = checkSchema(file, parseJson(text, at), "E_TOKENS", at);
  for (const [key, list] of Object.entries({ tokens, outputs: outputs ?? [] })) {
    if (new Set(list.map(valueKey)).size === list.length) continue;
    throw tokensError(`${at}: ${key}`, "each value once", "a value that occurs twice");
  }
  for (const [key, list] of Object.entries({ tokens, outputs: outputs ?? [] })) {
    const given = ids?.[key as keyof GivenPlaces] ?? list;
    if (given.length === list.length) continue;
    throw tokensError(`${at}: ids.${key}`, `${list.length} ids`, `${given.length}`);
  }
  const known = new Set(ids?.tokens ?? tokens.keys());
  for (const [key, id] of Object.entries({ bos, pad })) {
    if (id === null || known.has(id)) continue;
    throw tokensError(`${at}: ${key}`, "the id of a token", String(id));
  }
  return { tokens, bosId: bos, padId: pad ?? undefined, outputs: outputs ?? undefined, ids };
}

function tokensError(at: string, expected: string, received: string): InterpBenchError {
  return new InterpBenchError("E_TOKENS", "the tokens of a model do not fit together", {
    at,
    expected,
    received,
  });
}
