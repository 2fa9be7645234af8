import { type Style, styleOf, wantsColours, wrapText } from "../../report/index.ts";
import type { Context } from "../command.ts";

/** Tells the story of the demo while it happens. */
export interface Tour {
  /** A numbered heading, and why this comes next. */
  section(title: string, ...paragraphs: readonly string[]): void;
  /** A paragraph. */
  say(text: string): void;
  /** Something to look at: tables, drawings. */
  show(text: string): void;
  readonly style: Style;
}

const WIDTH = 84;

/** A tour on standard output; a silent one where that is for the JSON document. */
export function startTour({ io, wantsJson }: Context): Tour {
  const style = styleOf(wantsColours(io.stdout.isTerminal, io.env));
  const write = (text: string) => {
    if (!wantsJson) io.stdout.write(text);
  };
  let number = 0;
  return {
    style,
    section(title, ...paragraphs) {
      number += 1;
      write(sectionText(number, title, paragraphs, style));
    },
    say: (text) => write(`\n${paragraphText(text)}`),
    show: (text) => write(`${indent(text)}\n`),
  };
}

/** A numbered heading with paragraphs below. */
export function sectionText(
  number: number,
  title: string,
  paragraphs: readonly string[],
  style: Style,
): string {
  return `${style.bold(`${number}  ${title}`)}\n\n${paragraphs.map(paragraphText).join("")}`;
}

/** A paragraph, broken into lines and closed by an empty one. */
export function paragraphText(text: string): string {
  return `${indent(wrapText(text, WIDTH).join("\n"))}\n\n`;
}

/** The text three columns to the right. */
export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "   ");
}
