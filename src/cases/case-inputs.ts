import { describeValue } from "../errors/index.ts";
import {
  compareValues,
  isRaspValue,
  isTuple,
  type RaspValue,
  showValue,
  uniqueValues,
  valueKey,
} from "../rasp/index.ts";
import { BOS, type CaseInputs, type NumberedInputs, PAD } from "./case.ts";
import { badCase, isPlainObject } from "./case-fault.ts";
import type { CaseDefinition } from "./definition.ts";
import type { WordOptions } from "./vocabulary.ts";

/** The tokens of a definition, and how they were drawn. `E_CASE` if they are no list. */
export function vocabularyOf(
  vocab: CaseDefinition["vocab"],
  name: string,
): { readonly values: readonly RaspValue[]; readonly drawnWords: WordOptions | undefined } {
  if (isTuple(vocab)) return { values: vocab, drawnWords: undefined };
  const isVocabulary = typeof vocab === "object" && vocab !== null && isTuple(vocab.values);
  if (isVocabulary) return vocab;
  throw badCase(name, "vocab", "an array of tokens", describeValue(vocab));
}

export function sortedVocab(name: string, values: readonly RaspValue[]): readonly RaspValue[] {
  const refuse = (expected: string, received: string) => badCase(name, "vocab", expected, received);
  for (const token of values) {
    if (!isRaspValue(token)) {
      throw refuse("tokens that are numbers, texts, booleans or arrays", describeValue(token));
    }
    const isToken = token !== null && token !== BOS && token !== PAD;
    if (!isToken) throw refuse("no null, BOS or PAD", showValue(token));
  }
  const tokens = uniqueValues(values);
  const strangers = areTexts(tokens) ? undefined : strangersAmong(tokens);
  if (strangers !== undefined) {
    throw refuse("tokens that can be sorted", strangers.map(showValue).join(" and "));
  }
  if (tokens.length === 0) throw refuse("at least one token", "none");
  return Object.freeze(tokens.sort((a, b) => compareValues(a, b)!));
}

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

/** The inputs of a definition: listed ones as tokens, each once. `E_CASE` for what is none. */
export function inputsOf(
  inputs: CaseDefinition["inputs"],
  vocab: readonly RaspValue[],
  name: string,
): CaseInputs | undefined {
  if (inputs === undefined || typeof inputs === "function") return inputs;
  if (isNumbered(inputs)) return checkedNumbered(inputs, name);
  const expected = "a list of inputs without BOS, or a function that says of an input if it is one";
  if (!Array.isArray(inputs)) throw badCase(name, "inputs", expected, describeValue(inputs));
  if (inputs.length === 0) throw badCase(name, "inputs", "at least one input", "none");
  const known = new Map(vocab.map((token) => [valueKey(token), token]));
  const rows = inputs.map((input: unknown, i) => {
    const at = `inputs[${i}]`;
    const row: unknown = typeof input === "string" ? [...input] : input;
    if (!isTuple(row) || row.length === 0) {
      throw badCase(name, at, "an array of tokens", describeValue(input));
    }
    return Object.freeze(
      row.map((token) => {
        const found = known.get(valueKey(token));
        if (found !== undefined) return found;
        throw badCase(name, at, "tokens of the vocabulary", describeValue(token));
      }),
    );
  });
  return Object.freeze([...new Map(rows.map((row) => [valueKey(row), row])).values()]);
}

function checkedNumbered(inputs: NumberedInputs, name: string): NumberedInputs {
  const { count, at, has } = inputs;
  const isCount = Number.isSafeInteger(count) && count >= 1;
  if (!isCount) throw badCase(name, "inputs.count", "a whole number above 0", describeValue(count));
  for (const [key, part] of Object.entries({ at, has })) {
    if (typeof part === "function") continue;
    throw badCase(name, `inputs.${key}`, "a function", describeValue(part));
  }
  return inputs;
}

/** Whether the inputs of a case are numbered. */
export function isNumbered(inputs: CaseDefinition["inputs"]): inputs is NumberedInputs {
  return isPlainObject(inputs) && "count" in inputs;
}

/** Whether the inputs of a case are a list. */
export function isListed(
  inputs: CaseInputs | undefined,
): inputs is readonly (readonly RaspValue[])[] {
  return Array.isArray(inputs);
}
