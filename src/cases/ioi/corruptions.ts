import type { RaspValue } from "../../rasp/index.ts";
import type { Draws } from "../draws.ts";
import { isName, NAMES } from "./tokens.ts";

/** The same prompt about other people: each name becomes one that the prompt does not have. */
export function otherNames(draws: Draws, input: readonly RaspValue[]): RaspValue[] {
  const people = [...new Set(input.filter(isName))];
  const others = NAMES.filter((name) => !people.includes(name));
  const chosen = draws.sample(others, people.length);
  const replaced = new Map<RaspValue, string>(people.map((name, i) => [name, chosen[i]!]));
  return input.map((token) => replaced.get(token) ?? token);
}

/** The place of the first name that a prompt repeats: the second mention of the subject. */
const secondMention = (input: readonly RaspValue[]): number =>
  input.findIndex((token, i) => isName(token) && input.indexOf(token) < i);

/** The same prompt with the roles exchanged: the second mention of the subject becomes the indirect object. */
export function flippedSubject(_: Draws, input: readonly RaspValue[]): RaspValue[] {
  const place = secondMention(input);
  const isOnce = (token: RaspValue) => input.indexOf(token) === input.lastIndexOf(token);
  const indirectObject = input.find((token) => isName(token) && isOnce(token))!;
  return input.map((token, i) => (i === place ? indirectObject : token));
}

/** The wrong answer that the right one is compared with: the subject. */
export const subjectOf = (input: readonly RaspValue[]): RaspValue => input[secondMention(input)]!;
