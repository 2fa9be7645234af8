import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";

/**
 * An input as it stands in addresses, `x,a,x`: the tokens of it where these are told apart by what they look
 * like and have no comma, else their places in the vocabulary.
 */
export function formatInput({ tokens }: CaseFacts, input: readonly TokenFacts[]): string {
  const names = namesOf(tokens);
  return input.map((token) => names[tokens.indexOf(token)]).join(",");
}

/** The input of a text; `undefined` for what is none, or has a wrong length. */
export function parseInput(
  { tokens, lengths }: CaseFacts,
  text: string | undefined,
): readonly TokenFacts[] | undefined {
  if (text === undefined) return undefined;
  const names = namesOf(tokens);
  const input = text.split(",").map((name) => tokens[names.indexOf(name)]);
  const isInput = input.every((token) => token !== undefined) && lengths.includes(input.length);
  return isInput ? input : undefined;
}

/** The example of a case as tokens. */
export function exampleOf({ tokens, example }: CaseFacts): readonly TokenFacts[] {
  return example.map((value) => tokens.find((token) => sameValue(token.value, value))!);
}

const sameValue = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function namesOf(tokens: readonly TokenFacts[]): readonly string[] {
  const plain = tokens.map(({ value }) => String(value));
  const isClear =
    new Set(plain).size === plain.length && plain.every((name) => !name.includes(","));
  return isClear ? plain : tokens.map((_, i) => String(i));
}
