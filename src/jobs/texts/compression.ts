import { type Column, formatPercent, type Style } from "../../report/index.ts";
import type { JsonDocument } from "../document.ts";
import { trainingColumns, trainingText } from "./training.ts";

/** Several compressions as a table. */
export const compressionColumns: readonly Column<JsonDocument>[] = [
  ...trainingColumns,
  { heading: "d_model", value: (document) => widthText(document), align: "right" },
];

/** A finished compression for people; `next` is the line that goes on from it. */
export function compressionText(document: JsonDocument, next: string, style: Style): string {
  return trainingText(document, { title: "Compressed", facts: factsOf(document), next }, style);
}

/** What a document says of a width, before and after. */
interface Widths {
  readonly original: number;
  readonly compressed: number;
}

function widthText({ dModel }: JsonDocument): string {
  const { original, compressed } = dModel as unknown as Widths;
  return `${compressed} of ${original}`;
}

function factsOf(document: JsonDocument): readonly (readonly [string, string])[] {
  const { original, compressed } = document.zeroWeights as unknown as Widths;
  return [
    ["d_model", widthText(document)],
    ["zero weights", `${formatPercent(compressed)}, before ${formatPercent(original)}`],
  ];
}
