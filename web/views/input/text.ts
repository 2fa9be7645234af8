import type { RaspValue } from "../../../src/rasp/index.ts";
import type { Engine } from "../../engine/client.ts";
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

/** The input of an address: the example where it names none. */
export const inputOf = (facts: CaseFacts, text: string | undefined): readonly TokenFacts[] =>
  parseInput(facts, text) ?? exampleOf(facts);

/** The example of a case as tokens. */
export const exampleOf = (facts: CaseFacts): readonly TokenFacts[] =>
  tokensOf(facts, facts.example);

/** The tokens of values. */
export function tokensOf(
  { tokens }: CaseFacts,
  values: readonly RaspValue[],
): readonly TokenFacts[] {
  return values.map((value) => tokens.find((token) => sameValue(token.value, value))!);
}

const sameValue = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function namesOf(tokens: readonly TokenFacts[]): readonly string[] {
  const plain = tokens.map(({ value }) => String(value));
  const isClear =
    new Set(plain).size === plain.length && plain.every((name) => !name.includes(","));
  return isClear ? plain : tokens.map((_, i) => String(i));
}

/** The token ids of an input, BOS included. */
export const idsOf = ({ bosId }: CaseFacts, input: readonly TokenFacts[]): number[] => [
  bosId,
  ...input.map(({ id }) => id),
];

/** An input of the case that a seed draws. */
export async function drawnInput(
  engine: Engine,
  facts: CaseFacts,
  seed: number,
): Promise<readonly TokenFacts[]> {
  const [values] = await engine.call("draw", { case: facts.id, seed, count: 1 });
  return tokensOf(facts, values!);
}

/** A seed that is another one each time. */
export const anySeed = (): number => Math.floor(Math.random() * 2 ** 32);
