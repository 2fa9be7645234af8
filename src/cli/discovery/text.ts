import {
  type Column,
  drawCircuitText,
  formatDuration,
  formatFacts,
  formatTable,
  type Style,
} from "../../report/index.ts";
import type { JsonDocument } from "../command.ts";
import type { DiscoveryDocument, PrintedDiscovery } from "./document.ts";
import { discoveryPicture } from "./picture.ts";
import type { DiscoveryScore, FlatScore } from "./score.ts";

/** A line of the table of scores. */
export interface ScoreRow {
  readonly name: string;
  readonly score: FlatScore | null | undefined;
  readonly auroc?: number | null | undefined;
}

/** Scores below each other: what was found, and what else would have scored how much. */
export function scoreTable(heading: string, rows: readonly ScoreRow[], style: Style): string {
  return formatTable(
    [
      { heading, value: ({ name }) => name },
      { heading: "TP", value: ({ score }) => score?.tp },
      { heading: "FP", value: ({ score }) => score?.fp },
      { heading: "FN", value: ({ score }) => score?.fn },
      { heading: "TN", value: ({ score }) => score?.tn },
      { heading: "TPR", value: ({ score }) => score?.tpr },
      { heading: "FPR", value: ({ score }) => score?.fpr },
      { heading: "precision", value: ({ score }) => score?.precision },
      { heading: "F1", value: ({ score }) => score?.f1 },
      { heading: "AUROC", value: ({ auroc }) => auroc },
    ],
    rows,
    style,
  );
}

/** The rows of the baselines; their AUROCs are known without a ranking. */
export function baselineRows(
  baselines: DiscoveryDocument["baselines"] | null,
  part: "nodes" | "edges",
): ScoreRow[] {
  return [
    { name: "random, same size", score: baselines?.random[part], auroc: 0.5 },
    { name: "full", score: baselines?.full[part], auroc: 0.5 },
    { name: "empty", score: baselines?.empty[part], auroc: 0.5 },
    { name: "truth", score: baselines?.truth[part], auroc: 1 },
  ];
}

const scoreOf = (document: JsonDocument) => (document as unknown as DiscoveryDocument).score;
const rate = (name: "tp" | "fp" | "fn" | "tpr" | "fpr") => (document: JsonDocument) =>
  scoreOf(document)?.edges?.[name];

/** Several discoveries as a table: how the edges compare with the truth. */
export const discoveryColumns: readonly Column<JsonDocument>[] = [
  { heading: "TP", value: rate("tp") },
  { heading: "FP", value: rate("fp") },
  { heading: "FN", value: rate("fn") },
  { heading: "TPR", value: rate("tpr") },
  { heading: "FPR", value: rate("fpr") },
  { heading: "AUROC", value: (document) => scoreOf(document)?.auroc?.edges },
];

/** A discovery for people: the circuit, drawn, and its scores beside those of the baselines. */
export function discoveryText(document: PrintedDiscovery, style: Style): string {
  const { case: id, model, algorithm, circuit, score, baselines, diagnostics } = document;
  const title = style.bold(`${algorithm} on ${model} of case ${id}`);
  const table = (part: "nodes" | "edges") =>
    scoreTable(
      part,
      [
        { name: "found", score: score?.[part], auroc: score?.auroc?.[part] },
        ...baselineRows(baselines, part),
      ],
      style,
    );
  const drawing = { ...discoveryPicture(document), title: undefined, scores: undefined };
  const nothing = `No circuit was made, only a ranking of the edges.\n`;
  return [
    `${title}\n`,
    circuit ? drawCircuitText(drawing, style) : nothing,
    ...(score
      ? circuit
        ? [table("edges"), table("nodes")]
        : [rankingText(score.auroc, style)]
      : [`${style.dim("No truth is known for this model: nothing to score against.")}\n`]),
    formatFacts(
      [
        ["faithfulness", diagnostics.faithfulness],
        ["runs", diagnostics.evaluations],
        ["time", formatDuration(document.seconds)],
        ["folder", document.folder],
      ],
      style,
    ),
  ].join("\n");
}

/** What a ranking without a circuit can be judged by. */
function rankingText(auroc: DiscoveryScore["auroc"] | null, style: Style): string {
  return formatFacts(
    [
      ["AUROC, edges", auroc?.edges],
      ["AUROC, nodes", auroc?.nodes],
      ["at random", 0.5],
    ],
    style,
  );
}
