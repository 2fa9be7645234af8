import type { RaspValue } from "../../rasp/index.ts";
import type { NumberedInputs } from "../case.ts";
import { EXTENDED_WORDS, FILLER, isName, NAMES, WORDS } from "./tokens.ts";

/** What stands in the place of a `[WORD]` of a template. */
export type Nouns = Readonly<Record<string, readonly string[]>>;

/**
 * InterpBench's four templates. A prompt ends before its last name, which is the answer. Written with
 * all pairs of names, the first two give the same prompts, and so do the last two.
 */
export const TEMPLATES: readonly string[] = [
  "Then, [B] and [A] went to the [LOCATION]. [A] gave the [OBJECT] to [B]",
  "Then, [A] and [B] went to the [LOCATION]. [B] gave the [OBJECT] to [A]",
  "Then, [A] and [B] went to the [LOCATION]. [A] gave the [OBJECT] to [B]",
  "Then, [B] and [A] went to the [LOCATION]. [B] gave the [OBJECT] to [A]",
];

/** What its templates are about. */
export const NOUNS: Nouns = {
  LOCATION: [" store", " market"],
  OBJECT: [" milk", " eggs", " bread"],
};

/** A place of a template: a token, or what stands there. */
type Part = string | { readonly name: number } | { readonly noun: string };

const KNOWN = { ...WORDS, ...EXTENDED_WORDS };

/** A word as the tokens it consists of: itself, or its beginning that is one, and the rest. */
function tokensOf(word: string): string[] {
  const end = Array.from(word, (_, i) => word.length - i).find((n) =>
    Object.hasOwn(KNOWN, word.slice(0, n)),
  );
  if (end === undefined) throw new Error(`internal: no token begins "${word}"`);
  return end === word.length ? [word] : [word.slice(0, end), ...tokensOf(word.slice(end))];
}

/** The parts of a template without the answer; names count from 0 in order of appearance. */
function partsOf(template: string): Part[] {
  const names: string[] = [];
  const parts = [...template.matchAll(/ \[(\w+)\]| ?\w+|[^\w\s]/g)].flatMap(
    ([text, slot]): Part[] => {
      if (slot === undefined) return tokensOf(text);
      if (slot.length > 1) return [{ noun: slot }];
      if (!names.includes(slot)) names.push(slot);
      return [{ name: names.indexOf(slot) }];
    },
  );
  return parts.slice(0, -1);
}

/** Prompts of templates, each different one once. */
export interface Prompts extends NumberedInputs {
  /** The number of tokens of each, without BOS. */
  readonly length: number;
}

/**
 * The prompts of some templates, numbered: by template, then by nouns, then by names, which run
 * fastest. Templates that give the same prompts with names exchanged count once, so that all prompts
 * are different; the four {@link TEMPLATES} give 2·2·3·99·98 = 116,424.
 *
 * @param length what they are filled up to, in front; default the longest of them
 */
export function promptsOf(templates: readonly string[], nouns: Nouns, length?: number): Prompts {
  const kinds = [
    ...new Map(templates.map(partsOf).map((parts) => [JSON.stringify(parts), parts])).values(),
  ];
  const wanted = length ?? Math.max(...kinds.map((parts) => parts.length));
  const forms = kinds.map((parts) => {
    const filling = new Array<string>(wanted - parts.length).fill(FILLER);
    return formOf([...filling, ...parts], nouns);
  });
  const starts = forms.map((_, i) => forms.slice(0, i).reduce((sum, { count }) => sum + count, 0));
  return Object.freeze({
    length: wanted,
    count: forms.reduce((sum, { count }) => sum + count, 0),
    at(number: number) {
      const form = starts.findLastIndex((start) => start <= number);
      return forms[form]!.at(number - starts[form]!);
    },
    has: (input: readonly RaspValue[]) => forms.some(({ has }) => has(input)),
  });
}

/** The prompts of one template. */
function formOf(parts: readonly Part[], nouns: Nouns): Prompts {
  const names = Object.keys(NAMES);
  const used = [...new Set(parts.flatMap((part) => nounOf(part) ?? []))];
  const people = 1 + Math.max(...parts.map((part) => nameOf(part) ?? -1));
  const fillings = used.reduce((product, noun) => product * nouns[noun]!.length, 1);
  const castings = Array.from({ length: people }, (_, i) => names.length - i);
  const perFilling = castings.reduce((product, choices) => product * choices, 1);
  return {
    length: parts.length,
    count: fillings * perFilling,
    at(number) {
      const people = arrangement(names, castings, number % perFilling);
      const words = digits(
        Math.floor(number / perFilling),
        used.map((noun) => nouns[noun]!.length),
      );
      const chosen = new Map(used.map((noun, i) => [noun, nouns[noun]![words[i]!]!]));
      return parts.map((part) =>
        typeof part === "string"
          ? part
          : "name" in part
            ? people[part.name]!
            : chosen.get(part.noun)!,
      );
    },
    has(input) {
      const found = new Map<string, RaspValue>();
      return (
        input.length === parts.length &&
        parts.every((part, i) => {
          const token = input[i]!;
          if (typeof part === "string") return token === part;
          const key = "name" in part ? `name ${part.name}` : part.noun;
          const fits = "name" in part ? isName(token) : nouns[part.noun]!.some((n) => n === token);
          const known = found.get(key) ?? token;
          found.set(key, known);
          return fits && known === token;
        }) &&
        new Set([...found].flatMap(([key, token]) => (key.startsWith("name ") ? [token] : [])))
          .size === people
      );
    },
  };
}

const nounOf = (part: Part) => (typeof part === "object" && "noun" in part ? part.noun : undefined);
const nameOf = (part: Part) => (typeof part === "object" && "name" in part ? part.name : undefined);

/** The digits of a number, each of a base of its own; the last runs fastest. */
function digits(number: number, bases: readonly number[]): number[] {
  let rest = number;
  return bases
    .toReversed()
    .map((base) => {
      const digit = rest % base;
      rest = Math.floor(rest / base);
      return digit;
    })
    .reverse();
}

/** The arrangement of different items with a number: one of n, one of the n − 1 others, and so on. */
function arrangement<T>(items: readonly T[], choices: readonly number[], number: number): T[] {
  const left = [...items];
  return digits(number, choices).map((digit) => left.splice(digit, 1)[0]!);
}
