import type { TokenFacts } from "../../engine/methods/cases.ts";
import { tablePicture } from "../table-picture.ts";
import type { Line } from "./lines.ts";

/** The lines of a program with their values below the tokens, as SVG. */
export function stepsPicture(
  title: string,
  tokens: readonly TokenFacts[],
  lines: readonly Line[],
): string {
  return tablePicture({
    title,
    corner: "Program",
    columns: tokens.map(({ text }) => text),
    rows: lines.map(({ label, text, cells, wrong }) => ({
      name: text,
      isQuiet: label === undefined,
      cells: cells.map((one, i) => ({ text: one, sign: wrong.has(i) ? "≠" : undefined })),
    })),
  });
}
