/** Longest text of each part of an error. */
const LONGEST = 1000;

/** The text in at most so many code units, `…` in place of what is cut. */
export function truncate(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** A text as errors hold it: what is longer than 1,000 characters is cut, and its length told. */
export function cutForError(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${truncate(text, LONGEST)} (${text.length} characters)`;
}

/**
 * What a terminal or a page may act on instead of showing it: control characters (C0, DEL, C1: escape
 * sequences begin with them), line and paragraph separators, marks that turn the direction of
 * writing, invisible tags and other characters without a picture, and halves of pairs.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u{61c}\u{180e}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff0}-\u{fffb}\u{fffe}\u{ffff}\u{e0000}-\u{e0fff}]/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/**
 * A text that comes from a file, a flag or a program as it can be shown anywhere: unprintable
 * characters are written as `\n`, `\r`, `\t`, `\x1b` or `\u{202e}`. Everything that shows such texts
 * (errors, tables, pictures, progress) passes them through here.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0)!;
    const hex = code.toString(16);
    return SHORT.get(character) ?? (code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`);
  });
}

/**
 * JSON text with unprintable characters as `\u202e`. JSON itself escapes C0 inside of strings, and
 * outside of them there are only line ends to indent with, so the text means the same.
 */
export function printableJson(json: string): string {
  const asEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replace(UNPRINTABLE, (character) =>
    character === "\n"
      ? character
      : [...Array(character.length).keys()].map((i) => asEscape(character[i]!)).join(""),
  );
}

/** {@link printable}, but line ends stay: for texts of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
