import { printableLines } from "../../errors/index.ts";

/** Marks up text for a terminal; without colours every function returns its text unchanged. */
export interface Style {
  readonly hasColours: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
}

const ESCAPE = "\u001b[";

/** Beginning and end of each kind of style. */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
} as const;

/** All that {@link styleOf} writes besides the text. */
const OWN_CODES = new RegExp(
  `(\\u001b\\[(?:${[...new Set(Object.values(CODES).flat())].join("|")})m)`,
);

/**
 * A text in a style as a terminal may have it: apart from what the style writes and line ends, what a
 * terminal would act on is escaped (see `printable`). Everything that is written to one passes here.
 */
export function terminalText(text: string, { hasColours }: Pick<Style, "hasColours">): string {
  if (!hasColours) return printableLines(text);
  return text
    .split(OWN_CODES)
    .map((part, i) => (i % 2 === 1 ? part : printableLines(part)))
    .join("");
}

/** The style with or without colours (ANSI escape sequences of 16 colours). */
export function styleOf(hasColours: boolean): Style {
  const code = (on: number, off: number) => (text: string) =>
    hasColours && text !== "" ? `${ESCAPE}${on}m${text}${ESCAPE}${off}m` : text;
  return {
    hasColours,
    bold: code(...CODES.bold),
    dim: code(...CODES.dim),
    red: code(...CODES.red),
    green: code(...CODES.green),
    yellow: code(...CODES.yellow),
    blue: code(...CODES.blue),
  };
}

/**
 * Whether to write colours to a stream: `NO_COLOR` (not empty) forbids them, `FORCE_COLOR` (not
 * `0`) demands them, otherwise a terminal that is not `dumb` gets them. See no-color.org.
 */
export function wantsColours(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if ((env.NO_COLOR ?? "") !== "") return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && env.TERM !== "dumb";
}

/** The number of columns a text takes: its characters without escape sequences. */
export function textWidth(text: string): number {
  return [...stripStyle(text)].length;
}

/** The text without escape sequences. */
export function stripStyle(text: string): string {
  return text
    .split(ESCAPE)
    .map((part, i) => (i === 0 ? part : part.replace(/^[0-9;]*[A-Za-z]/, "")))
    .join("");
}

/** The first `width` columns of a plain text, with `…` as the last where something was cut. */
export function cutText(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** A plain text in lines of at most `width` columns, broken at spaces; words stay whole. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const last = lines.at(-1);
    const longer = `${last} ${word}`;
    if (last !== undefined && textWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
