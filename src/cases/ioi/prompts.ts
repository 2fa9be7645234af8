import type { RaspValue } from "../../rasp/index.ts";
import type { NumberedInputs } from "../case.ts";
import {
  countPrompts,
  filledUp,
  isPrompt,
  type Nouns,
  parseTemplate,
  promptAt,
  templateKey,
  wordsOf,
} from "./template.ts";

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

/** Prompts of templates, each different one once. */
export interface Prompts extends NumberedInputs {
  /** The number of tokens of each, without BOS. */
  readonly length: number;
  /** The tokens in them that are no names, in order of appearance. */
  readonly words: readonly string[];
}

/**
 * The prompts of some templates, numbered: by template, then by nouns, then by names, which run
 * fastest. Templates that give the same prompts with names exchanged count once, so that all prompts
 * are different; the four {@link TEMPLATES} give 2·2·3·99·98 = 116,424.
 *
 * @param length what they are filled up to, in front; default the longest of them
 */
export function promptsOf(texts: readonly string[], nouns: Nouns, length?: number): Prompts {
  const parsed = texts.map((text) => parseTemplate(text, nouns));
  const distinct = [...new Map(parsed.map((one) => [templateKey(one), one])).values()];
  const common = length ?? Math.max(...distinct.map((template) => template.length));
  const templates = distinct.map((template) => filledUp(template, common));
  const counts = templates.map(countPrompts);
  const starts = counts.map((_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0));
  return Object.freeze({
    length: common,
    words: [...new Set(templates.flatMap(wordsOf))],
    count: counts.reduce((sum, count) => sum + count),
    at(number: number) {
      const i = starts.findLastIndex((start) => start <= number);
      return promptAt(templates[i]!, number - starts[i]!);
    },
    has: (input: readonly RaspValue[]) => templates.some((template) => isPrompt(template, input)),
  });
}
