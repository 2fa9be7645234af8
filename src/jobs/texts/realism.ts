import { printable } from "../../errors/index.ts";
import { modelTitle, type TitledDocument } from "../../models/index.ts";
import { formatPercent, formatTable, type Style } from "../../report/index.ts";
import type { JsonDocument } from "../document.ts";
import { type RealismRow, realismColumns } from "../plans/realism-document.ts";

/** What is left of a model without the nodes outside circuits, for people. */
export function realismText(document: JsonDocument, style: Style): string {
  const { rows, inputs, exhaustive, interval, folder } = document;
  const scores = (document.scores ?? []) as readonly ScoredCircuit[];
  const title = modelTitle(document as unknown as TitledDocument);
  const found = scores
    .filter(({ circuit }) => circuit !== "truth")
    .map(
      ({ circuit, nodes, edges }) =>
        `${printable(circuit)} against the truth: nodes TPR ${formatPercent(nodes.tpr)}, FPR ${formatPercent(nodes.fpr)}; edges TPR ${formatPercent(edges.tpr)}, FPR ${formatPercent(edges.fpr)}\n`,
    );
  const extent = exhaustive === true ? `all ${inputs} inputs` : `${inputs} inputs`;
  return [
    `${style.bold(`What ${title} gets right without the nodes outside a circuit`)}\n`,
    formatTable(realismColumns, rows as readonly RealismRow[], style),
    ...(found.length > 0 ? [found.join("")] : []),
    `${style.dim(`${extent}; low and high: ${interval}; see ${printable(String(folder))}`)}\n`,
  ].join("\n");
}

interface ScoredCircuit {
  readonly circuit: string;
  readonly nodes: Rates;
  readonly edges: Rates;
}

interface Rates {
  readonly tpr: number | null;
  readonly fpr: number | null;
}
