import type { RaspValue } from "../../rasp/index.ts";
import type { Sampler } from "../sampler.ts";
import { type Prompts, promptsOf } from "./prompts.ts";
import type { Nouns } from "./template.ts";

/** Templates in which the one who gives is named first; {@link EXTENDED_TEMPLATES} has them the other way, too. */
const TWO_PEOPLE = [
  "Then, [B] and [A] went to the [PLACE]. [B] gave a [OBJECT] to [A]",
  "Then, [B] and [A] had a lot of fun at the [PLACE]. [B] gave a [OBJECT] to [A]",
  "Then, [B] and [A] were working at the [PLACE]. [B] decided to give a [OBJECT] to [A]",
  "Then, [B] and [A] were thinking about going to the [PLACE]. [B] wanted to give a [OBJECT] to [A]",
  "Then, [B] and [A] had a long argument, and afterwards [B] said to [A]",
  "After [B] and [A] went to the [PLACE], [B] gave a [OBJECT] to [A]",
  "When [B] and [A] got a [OBJECT] at the [PLACE], [B] decided to give it to [A]",
  "When [B] and [A] got a [OBJECT] at the [PLACE], [B] decided to give the [OBJECT] to [A]",
  "While [B] and [A] were working at the [PLACE], [B] gave a [OBJECT] to [A]",
  "While [B] and [A] were commuting to the [PLACE], [B] gave a [OBJECT] to [A]",
  "After the lunch, [B] and [A] went to the [PLACE]. [B] gave a [OBJECT] to [A]",
  "Afterwards, [B] and [A] went to the [PLACE]. [B] gave a [OBJECT] to [A]",
  "Then, [B] and [A] had a long argument. Afterwards [B] said to [A]",
  "The [PLACE] [B] and [A] went to had a [OBJECT]. [B] gave it to [A]",
  "Friends [B] and [A] found a [OBJECT] at the [PLACE]. [B] gave it to [A]",
  "Then, [B] and [A] had a long argument and after that [B] said to [A]",
  "Then [B] and [A] went to the [PLACE], and [B] gave a [OBJECT] to [A]",
  "Then [B] and [A] had a lot of fun at the [PLACE], and [B] gave a [OBJECT] to [A]",
  "Then [B] and [A] were working at the [PLACE], and [B] decided to give a [OBJECT] to [A]",
  "Then [B] and [A] were thinking about going to the [PLACE], and [B] wanted to give a [OBJECT] to [A]",
  "Then [B] and [A] had a long argument, and after that [B] said to [A]",
  "After the lunch [B] and [A] went to the [PLACE], and [B] gave a [OBJECT] to [A]",
  "Afterwards [B] and [A] went to the [PLACE], and [B] gave a [OBJECT] to [A]",
  "Then [B] and [A] had a long argument, and afterwards [B] said to [A]",
];

/** Templates in which two of three people give. */
const THREE_PEOPLE = [
  "Then, [A], [B] and [C] went to the [PLACE]. [B] and [C] gave a [OBJECT] to [A]",
  "Afterwards [A], [B] and [C] went to the [PLACE]. [B] and [C] gave a [OBJECT] to [A]",
  "When [A], [B] and [C] arrived at the [PLACE], [B] and [C] gave a [OBJECT] to [A]",
  "Friends [A], [B] and [C] went to the [PLACE]. [B] and [C] gave a [OBJECT] to [A]",
];

/** Templates in which either of the two may give: the first who is named, or the second. */
const EITHER = [
  "Then, [A] and [B] went to the [PLACE]. [B] gave the [OBJECT] to [A]",
  "Then, [A] and [B] went to the [PLACE]. [A] gave the [OBJECT] to [B]",
  "Afterwards, [A] and [B] went to the [PLACE]. [B] gave the [OBJECT] to [A]",
  "Afterwards, [A] and [B] went to the [PLACE]. [A] gave the [OBJECT] to [B]",
  "While [A] and [B] were working at the [PLACE], [A] gave the [OBJECT] to [B]",
  "While [A] and [B] were working at the [PLACE], [B] gave the [OBJECT] to [A]",
  // With names exchanged these two are above; the original has both, and draws their prompts twice as often.
  "Then, [A] and [B] were thinking about going to the [PLACE]. [A] wanted to give a [OBJECT] to [B]",
  "Then, [A] and [B] had a long argument. Afterwards [A] said to [B]",
];

/** The same with the first two names exchanged where they are introduced. */
const otherOrder = (template: string): string => {
  const [first, second] = template.match(/\[[ABC]\]/g)!;
  return template.replace(first, "[1]").replace(second!, first).replace("[1]", second!);
};

/**
 * The 64 templates of the original's IOI library, each once: 48 about two people, 8 about three, and the
 * 8 of its list of published ones that are in no other.
 */
export const EXTENDED_TEMPLATES: readonly string[] = [
  ...[TWO_PEOPLE, THREE_PEOPLE].flatMap((some) => [...some, ...some.map(otherOrder)]),
  ...EITHER,
];

/** What they are about. */
export const EXTENDED_NOUNS: Nouns = {
  PLACE: [
    " store",
    " garden",
    " restaurant",
    " school",
    " hospital",
    " office",
    " house",
    " station",
  ],
  OBJECT: [" ring", " kiss", " bone", " basketball", " computer", " necklace", " drink", " snack"],
};

/** Draws prompts: templates are equally likely, whatever the number of prompts they give. */
export function templateSampler(
  templates: readonly string[],
  nouns: Nouns,
  length: number,
): Sampler {
  let made: readonly Prompts[] | undefined;
  return (draws, { count }) => {
    made ??= templates.map((template) => promptsOf([template], nouns, length));
    const prompts = made;
    return Array.from({ length: count }, (): RaspValue[] => {
      const some = draws.choice(prompts);
      return [...some.at(draws.integer(0, some.count - 1))];
    });
  };
}
