import "./output-table.css";
import { keptPositions } from "../../src/transformer/index.ts";
import type { CaseFacts, TokenFacts } from "../engine/methods/cases.ts";
import { el } from "./dom.ts";
import { tablePicture } from "./table-picture.ts";

/** A row of outputs, `[pos]` without BOS. */
export interface OutputRow {
  readonly title: string;
  readonly texts: readonly string[];
  /** The sign and words of a cell that differs from what it is compared with, or agrees. */
  readonly signs?: (i: number) => Sign | undefined;
}

/** A sign beside an output, and what it says in words. */
export interface Sign {
  readonly kind: "changed" | "right" | "wrong";
  readonly sign: string;
  readonly words: string;
}

export const CHANGED: Sign = { kind: "changed", sign: "≠", words: "changed" };
export const RIGHT: Sign = { kind: "right", sign: "✓", words: "as the program says" };
export const WRONG: Sign = { kind: "wrong", sign: "✗", words: "other than the program says" };

/** The positions that count, without BOS. */
export function countedPositions(
  { outputPositions }: CaseFacts,
  length: number,
): ReadonlySet<number> {
  const positions = length + 1;
  const facts = { positions, outputPositions: outputPositions as "all" };
  return new Set(keptPositions(facts).flatMap((position) => (position === 0 ? [] : position - 1)));
}

/** Outputs on an input below each other, with signs where they differ or agree. */
export function outputTable(
  facts: CaseFacts,
  input: readonly TokenFacts[],
  rows: readonly OutputRow[],
): HTMLElement {
  const counted = countedPositions(facts, input.length);
  const cell = (text: string, i: number, sign: Sign | undefined) => {
    const shown = counted.has(i) ? sign : undefined;
    return el(
      "td",
      { class: ["cell", shown?.kind ?? "", counted.has(i) ? "" : "uncounted"].join(" ").trim() },
      shown === undefined
        ? [text]
        : [
            text,
            el("span", { class: "sign", "aria-hidden": "true" }, [shown.sign]),
            el("span", { class: "unseen" }, [`, ${shown.words}`]),
          ],
    );
  };
  return el("table", { class: "outcome" }, [
    el("caption", { class: "unseen" }, ["Outputs"]),
    el("thead", {}, [
      el("tr", {}, [
        el("th", { scope: "col" }, ["Outputs of"]),
        ...input.map(({ text }) => el("th", { scope: "col", class: "cell" }, [text])),
      ]),
    ]),
    el(
      "tbody",
      {},
      rows.map(({ title, texts, signs }) =>
        el("tr", {}, [
          el("th", { scope: "row" }, [title]),
          ...texts.map((text, i) => cell(text, i, signs?.(i))),
        ]),
      ),
    ),
  ]);
}

/** The same as SVG. */
export function outputPicture(
  title: string,
  facts: CaseFacts,
  input: readonly TokenFacts[],
  rows: readonly OutputRow[],
): string {
  const counted = countedPositions(facts, input.length);
  return tablePicture({
    title,
    corner: "Outputs of",
    columns: input.map(({ text }) => text),
    rows: rows.map(({ title: name, texts, signs }) => ({
      name,
      cells: texts.map((text, i) => ({
        text,
        sign: counted.has(i) ? signs?.(i)?.sign : undefined,
      })),
    })),
  });
}
