import type { RaspValue } from "../../rasp/index.ts";
import { FILLER, NAMES } from "./tokens.ts";

/** What stands in the place of a `[WORD]` of a template. */
export type Nouns = Readonly<Record<string, readonly string[]>>;

/** A place of a template where one of some words stands, the same wherever its key does. */
interface Slot {
  readonly key: string;
  readonly words: readonly string[];
  /** Different slots for names have different ones. */
  readonly isName: boolean;
}

/** The tokens of a template, and its slots in their place. */
export type Template = readonly (string | Slot)[];

/** Words that GPT-2 has no token for where no space is in front of them. */
const PIECES: Readonly<Record<string, readonly string[]>> = { Afterwards: ["After", "wards"] };

/**
 * A template such as `"Then, [B] and [A] … to [B]"` without its last part, which is the answer. Names
 * are numbered in order of appearance.
 *
 * @param length what it is filled up to, in front
 */
export function parseTemplate(text: string, nouns: Nouns): Template {
  const people: string[] = [];
  const parts = [...text.matchAll(/ \[(\w+)\]| ?\w+|[^\w\s]/g)].flatMap(
    ([word, slot]): Template => {
      if (slot === undefined) return PIECES[word] ?? [word];
      if (slot.length > 1) return [{ key: slot, words: nouns[slot]!, isName: false }];
      if (!people.includes(slot)) people.push(slot);
      return [{ key: `name ${people.indexOf(slot)}`, words: NAMES, isName: true }];
    },
  );
  return parts.slice(0, -1);
}

/** The template with {@link FILLER} in front, up to a length. */
export const filledUp = (template: Template, length: number): Template => [
  ...new Array<string>(length - template.length).fill(FILLER),
  ...template,
];

/** The tokens that may stand in a template, besides names. */
export const wordsOf = (template: Template): readonly string[] =>
  template.flatMap((part) => {
    if (typeof part === "string") return [part];
    return part.isName ? [] : part.words;
  });

/** The same text for templates that give the same prompts. */
export const templateKey = (template: Template): string =>
  template.map((part) => (typeof part === "string" ? part : `[${part.key}]`)).join("|");

/** Slots, those for names last, each once. */
function slotsOf(template: Template): Slot[] {
  const slots = template.filter((part) => typeof part !== "string");
  const distinct = [...new Map(slots.map((slot) => [slot.key, slot])).values()];
  return [...distinct.filter(({ isName }) => !isName), ...distinct.filter(({ isName }) => isName)];
}

/** How many words are left for each slot: names are taken one after the other. */
function choicesOf(slots: readonly Slot[]): number[] {
  let taken = 0;
  return slots.map(({ words, isName }) => words.length - (isName ? taken++ : 0));
}

/** How many different prompts a template gives. */
export const countPrompts = (template: Template): number =>
  choicesOf(slotsOf(template)).reduce((product, choices) => product * choices, 1);

/** The prompt of a template with a number; the last name runs fastest. */
export function promptAt(template: Template, number: number): string[] {
  const slots = slotsOf(template);
  const numbers = digits(number, choicesOf(slots));
  const people = [...NAMES];
  const words = new Map(
    slots.map(({ key, words, isName }, i) => {
      const chosen = numbers[i]!;
      return [key, isName ? people.splice(chosen, 1)[0]! : words[chosen]!];
    }),
  );
  return template.map((part) => (typeof part === "string" ? part : words.get(part.key)!));
}

/** Whether a sequence of tokens is a prompt of a template. */
export function isPrompt(template: Template, input: readonly RaspValue[]): boolean {
  if (input.length !== template.length) return false;
  const found = new Map<string, RaspValue>();
  const fits = template.every((part, i) => {
    const token = input[i]!;
    if (typeof part === "string") return token === part;
    const known = found.get(part.key) ?? token;
    found.set(part.key, known);
    return token === known && part.words.some((word) => word === token);
  });
  return fits && new Set(found.values()).size === found.size;
}

/** The digits of a number, each of a base of its own; the last runs fastest. */
function digits(number: number, bases: readonly number[]): number[] {
  let rest = number;
  const reversed = bases.toReversed().map((base) => {
    const digit = rest % base;
    rest = Math.floor(rest / base);
    return digit;
  });
  return reversed.reverse();
}
