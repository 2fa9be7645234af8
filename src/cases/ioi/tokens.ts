/** @file The tokens of IOI prompts: texts as GPT-2 splits them. Their ids are in `gpt2-ids.ts`. */

/** The names that prompts are about, as they stand in them: with a space in front, each one token. */
export const NAMES: readonly string[] = [
  "Michael Christopher Jessica Matthew Ashley Jennifer Joshua Amanda Daniel David James Robert",
  "John Joseph Andrew Ryan Brandon Jason Justin Sarah William Jonathan Stephanie Brian Nicole",
  "Nicholas Anthony Heather Eric Elizabeth Adam Megan Melissa Kevin Steven Thomas Timothy",
  "Christina Kyle Rachel Laura Lauren Amber Brittany Danielle Richard Kimberly Jeffrey Amy",
  "Crystal Michelle Tiffany Jeremy Benjamin Mark Emily Aaron Charles Rebecca Jacob Stephen",
  "Patrick Sean Erin Jamie Kelly Samantha Nathan Sara Dustin Paul Angela Tyler Scott Katherine",
  "Andrea Gregory Erica Mary Travis Lisa Kenneth Bryan Lindsey Kristen Jose Alexander Jesse",
  "Katie Lindsay Shannon Vanessa Courtney Christine Alicia Cody Allison Bradley Samuel",
]
  .join(" ")
  .split(" ")
  .map((name) => ` ${name}`);

/** GPT-2's token between texts, which shorter prompts are filled up with in front. */
export const FILLER = "<|endoftext|>";

const KNOWN_NAMES: ReadonlySet<unknown> = new Set(NAMES);

/** Whether a token is a name that prompts are about. */
export const isName = (token: unknown): token is string => KNOWN_NAMES.has(token);
