import { readFileSync } from "node:fs";

/** A part of a page that a tool makes, between two comments. */
export interface PagePart {
  readonly page: URL;
  /** What the comment before it calls it. Default `table`. */
  readonly name?: string;
  /** The script that makes it, as its first comment names it. */
  readonly script: string;
}

const END = "<!-- end of the table -->";

/** The page, as it stands or is going to be (`now`), with `text` in place of its part. */
export function withPart(
  { page, name = "table", script }: PagePart,
  text: string,
  now = readFileSync(page, "utf8"),
): string {
  const start = `<!-- ${name}: npm run ${script} -->`;
  const begin = now.indexOf(start);
  const end = now.indexOf(END, begin);
  if (begin === -1 || end === -1) throw new Error(`${page.pathname} has no part "${start}"`);
  return `${now.slice(0, begin)}${start}\n\n${text.trim()}\n\n${now.slice(end)}`;
}
