import { describeValue } from "../../errors/index.ts";
import {
  compareValues,
  isRaspValue,
  isTuple,
  type RaspValue,
  showValue,
  uniqueValues,
  valueKey,
} from "../../rasp/index.ts";
import { BOS, type NumberedInputs, PAD } from "../case.ts";
import { givenTokens, isNumbered } from "../case-inputs.ts";
import type { CaseDefinition } from "../definition.ts";
import { badCase, isPlainObject } from "./fault.ts";

/** Throws `E_CASE` unless the tokens of a definition are a list of some that have an order. */
export function assertVocab(vocab: CaseDefinition["vocab"], name: string): void {
  const isVocabulary = isPlainObject(vocab) && isTuple((vocab as { values?: unknown }).values);
  if (!isTuple(vocab) && !isVocabulary) {
    throw badCase(name, "vocab", "an array of tokens", describeValue(vocab));
  }
  const refuse = (expected: string, received: string) => badCase(name, "vocab", expected, received);
  const values = givenTokens(vocab);
  for (const token of values) {
    if (!isRaspValue(token)) {
      throw refuse("tokens that are numbers, texts, booleans or arrays", describeValue(token));
    }
    const isToken = token !== null && token !== BOS && token !== PAD;
    if (!isToken) throw refuse("no null, BOS or PAD", showValue(token));
    if (!isFiniteValue(token)) throw refuse("finite numbers", showValue(token));
  }
  const tokens = uniqueValues(values);
  const strangers = areTexts(tokens) ? undefined : strangersAmong(tokens);
  if (strangers !== undefined) {
    throw refuse("tokens that can be sorted", strangers.map(showValue).join(" and "));
  }
  if (tokens.length === 0) throw refuse("at least one token", "none");
}

/** Whether a value holds no infinite number, which results could not be named by. */
const isFiniteValue = (value: RaspValue): boolean =>
  isTuple(value) ? value.every(isFiniteValue) : typeof value !== "number" || Number.isFinite(value);

/** Texts have an order, whatever they are; vocabularies of many tokens are of texts. */
const areTexts = (tokens: readonly RaspValue[]) =>
  tokens.every((token) => typeof token === "string");

/** Two tokens without an order, if there are any. */
function strangersAmong(tokens: readonly RaspValue[]): readonly RaspValue[] | undefined {
  for (const token of tokens) {
    const other = tokens.find((t) => compareValues(t, token) === undefined);
    if (other !== undefined) return [other, token];
  }
  return undefined;
}

/** Throws `E_CASE` unless the inputs of a definition are a list, a test or numbered ones. */
export function assertInputs(
  inputs: CaseDefinition["inputs"],
  vocab: readonly RaspValue[],
  name: string,
): void {
  if (inputs === undefined || typeof inputs === "function") return;
  if (isPlainObject(inputs) && isNumbered(inputs)) {
    assertNumbered(inputs, name);
    return;
  }
  const expected = "a list of inputs without BOS, or a function that says of an input if it is one";
  if (!Array.isArray(inputs)) throw badCase(name, "inputs", expected, describeValue(inputs));
  if (inputs.length === 0) throw badCase(name, "inputs", "at least one input", "none");
  const known = new Set(vocab.map(valueKey));
  for (const [i, input] of (inputs as readonly unknown[]).entries()) {
    const at = `inputs[${i}]`;
    const row: unknown = typeof input === "string" ? [...input] : input;
    if (!isTuple(row) || row.length === 0) {
      throw badCase(name, at, "an array of tokens", describeValue(input));
    }
    const foreign = row.findIndex((token) => !known.has(valueKey(token)));
    if (foreign < 0) continue;
    throw badCase(name, at, "tokens of the vocabulary", describeValue(row[foreign]));
  }
}

function assertNumbered({ count, at, has }: NumberedInputs, name: string): void {
  const isCount = Number.isSafeInteger(count) && count >= 1;
  if (!isCount) throw badCase(name, "inputs.count", "a whole number above 0", describeValue(count));
  for (const [key, part] of Object.entries({ at, has })) {
    if (typeof part === "function") continue;
    throw badCase(name, `inputs.${key}`, "a function", describeValue(part));
  }
}
