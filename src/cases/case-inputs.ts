import { compareValues, isTuple, type RaspValue, uniqueValues, valueKey } from "../rasp/index.ts";
import type { CaseInputs, NumberedInputs } from "./case.ts";
import type { CaseDefinition } from "./definition.ts";
import type { WordOptions } from "./vocabulary.ts";

/** The tokens of a definition as they are given. */
export const givenTokens = (vocab: CaseDefinition["vocab"]): readonly RaspValue[] =>
  isTuple(vocab) ? vocab : vocab.values;

/** How the words of a definition were drawn, if they were. */
export const drawnWordsOf = (vocab: CaseDefinition["vocab"]): WordOptions | undefined =>
  isTuple(vocab) ? undefined : vocab.drawnWords;

/** The tokens of a definition, sorted, each once. */
export function tokensOf(vocab: CaseDefinition["vocab"]): readonly RaspValue[] {
  const tokens = uniqueValues(givenTokens(vocab));
  return Object.freeze(tokens.sort((a, b) => compareValues(a, b)!));
}

/** The inputs of a definition: listed ones as tokens of the vocabulary, each once. */
export function inputsOf(
  inputs: CaseDefinition["inputs"],
  vocab: readonly RaspValue[],
): CaseInputs | undefined {
  if (!Array.isArray(inputs)) return inputs as Exclude<typeof inputs, readonly unknown[]>;
  const known = new Map(vocab.map((token) => [valueKey(token), token]));
  const rows = inputs.map((input: readonly RaspValue[] | string) =>
    Object.freeze([...input].map((token) => known.get(valueKey(token))!)),
  );
  return Object.freeze([...new Map(rows.map((row) => [valueKey(row), row])).values()]);
}

/** Whether the inputs of a case are numbered. */
export function isNumbered(inputs: CaseDefinition["inputs"]): inputs is NumberedInputs {
  return typeof inputs === "object" && "count" in inputs;
}

/** Whether the inputs of a case are a list. */
export function isListed(
  inputs: CaseInputs | undefined,
): inputs is readonly (readonly RaspValue[])[] {
  return Array.isArray(inputs);
}
