import type { Style } from "./style.ts";

/** The text so many columns to the right; empty lines stay empty. */
export function indentText(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, " ".repeat(columns));
}

/** A heading with a note beside it, and the body below, two columns to the right. */
export function sectionText(title: string, note: string, body: string, style: Style): string {
  return `${style.bold(title)}  ${style.dim(note)}\n\n${indentText(body, 2)}`;
}
