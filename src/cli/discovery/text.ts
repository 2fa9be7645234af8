import type { FlatScore } from "../../circuit/index.ts";
import { type Algorithm, type DiscoveryScore, optionFacts } from "../../discovery/index.ts";
import {
  type DiscoveryDocument,
  discoveryPicture,
  type JsonDocument,
  type PointDocument,
} from "../../jobs/index.ts";
import { modelTitle } from "../../models/index.ts";
import {
  type Column,
  drawCircuitText,
  formatDuration,
  formatFacts,
  formatTable,
  type Style,
} from "../../report/index.ts";
import { dashed } from "../flags/spec.ts";
import { selectionNotes, shortNote, tieNotes } from "./notes.ts";

/** A discovery as it is printed. */
export type PrintedDiscovery = DiscoveryDocument & {
  readonly seconds: number;
  readonly folder: string;
};

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

/** Several discoveries as a table: how the edges, or the nodes that were ranked, compare with the truth. */
export function discoveryColumns({
  ranks = "edges",
}: Pick<Algorithm, "ranks">): readonly Column<JsonDocument>[] {
  const rate = (name: "tp" | "fp" | "fn" | "tpr" | "fpr") => (document: JsonDocument) =>
    scoreOf(document)?.[ranks]?.[name];
  return [
    { heading: "TP", value: rate("tp") },
    { heading: "FP", value: rate("fp") },
    { heading: "FN", value: rate("fn") },
    { heading: "TPR", value: rate("tpr") },
    { heading: "FPR", value: rate("fpr") },
    { heading: "AUROC", value: (document) => scoreOf(document)?.auroc[ranks] },
    { heading: "", value: (document) => shortNote(document as unknown as DiscoveryDocument) },
  ];
}

/** A discovery for people: circuits, drawn or in a table, and their scores beside those of the baselines. */
export function discoveryText(
  algorithm: Algorithm,
  document: PrintedDiscovery,
  style: Style,
): string {
  const { circuit, score, points, diagnostics } = document;
  const noTruth = `${style.dim("No truth is known for this model: nothing to score against.")}\n`;
  const nothing = `No circuit was made, only a ranking of the ${algorithm.ranks ?? "edges"}.\n`;
  const body = points
    ? [pointsTable(algorithm, points, style), ...noteLines(pointsNotes(algorithm, points), style)]
    : circuit
      ? circuitTexts(algorithm, document, style)
      : [nothing];
  return [
    `${style.bold(`${algorithm.name} on ${modelTitle(document)}`)}\n`,
    ...body,
    ...(score ? (circuit ? [] : [rankingText(score.auroc, style)]) : [noTruth]),
    formatFacts(
      [
        ...(points ? [] : [["faithfulness", diagnostics.faithfulness] as const]),
        ["runs", diagnostics.evaluations],
        ["time", formatDuration(document.seconds)],
        ["folder", document.folder],
      ],
      style,
    ),
  ].join("\n");
}

/** The only circuit: drawn, with what to know about it, and beside its baselines. */
function circuitTexts(algorithm: Algorithm, document: DiscoveryDocument, style: Style): string[] {
  const { selection, score, baselines, rankedBy } = document;
  const table = (part: "nodes" | "edges") =>
    scoreTable(
      part,
      [
        { name: "found", score: score?.[part], auroc: score?.auroc[part] },
        ...baselineRows(baselines, part),
      ],
      style,
    );
  const hasSigns = document.scores.some((row) => row.score !== row.ranking);
  const signs = hasSigns ? " (its sign in brackets)" : "";
  return [
    drawCircuitText({ ...discoveryPicture(document), title: undefined }, style),
    `${style.dim(`Numbers: ${rankedBy}${signs}.`)}\n`,
    ...(selection ? noteLines(selectionNotes(algorithm, document, selection), style) : []),
    ...(score ? [table("edges"), table("nodes")] : []),
  ];
}

const noteLines = (notes: readonly string[], style: Style) =>
  notes.length === 0 ? [] : [notes.map((note) => `${style.bold("!")} ${note}\n`).join("")];

/** Several circuits below each other. */
function pointsTable(algorithm: Algorithm, points: readonly PointDocument[], style: Style): string {
  const name = points[0]!.setting.name;
  const isScored = points.some(({ score }) => score);
  const edge =
    (field: keyof FlatScore) =>
    ({ score }: PointDocument) =>
      score?.edges[field];
  const scored: Column<PointDocument>[] = [
    { heading: "TP", value: edge("tp") },
    { heading: "FP", value: edge("fp") },
    { heading: "FN", value: edge("fn") },
    { heading: "TPR", value: edge("tpr") },
    { heading: "FPR", value: edge("fpr") },
    { heading: "F1", value: edge("f1") },
    { heading: "F1 at random", value: ({ baselines }) => baselines?.random.edges.f1 },
  ];
  return formatTable(
    [
      { heading: settingName(algorithm, name), value: ({ setting }) => setting.value },
      { heading: "edges", value: ({ circuit }) => circuit.edges.length },
      {
        heading: points[0]!.selection.pruned ? "pruned" : "on no path",
        value: ({ selection }) => selection.offPath,
      },
      ...(isScored ? scored : []),
      { heading: "faithfulness", value: ({ faithfulness }) => faithfulness },
    ],
    points,
    style,
  );
}

/** What a table calls an option. */
function settingName({ options }: Algorithm, option: string): string {
  const { label = dashed(option).replaceAll("-", " ") } = optionFacts(options.shape[option]);
  return label;
}

function pointsNotes(algorithm: Algorithm, points: readonly PointDocument[]): string[] {
  return points.flatMap(({ setting: { name, value }, selection }) =>
    tieNotes(selection, algorithm.ranks).map(
      (note) => `${settingName(algorithm, name)} ${value}: ${note}`,
    ),
  );
}

/** What a ranking can be judged by. */
function rankingText({ edges, nodes, paper }: DiscoveryScore["auroc"], style: Style): string {
  const facts = formatFacts(
    [
      ["AUROC, edges", edges],
      ["AUROC, nodes", nodes],
      ["at random", 0.5],
      ["paper's AUROC, edges", paper.edges],
      ["paper's AUROC, nodes", paper.nodes],
    ],
    style,
  );
  return paper.reason ? `${facts}${style.dim(`No paper's AUROC: ${paper.reason}.`)}\n` : facts;
}
