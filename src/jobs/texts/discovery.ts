import type { FlatScore } from "../../circuit/index.ts";
import { type Algorithm, type DiscoveryScore, optionFacts } from "../../discovery/index.ts";
import { printable } from "../../errors/index.ts";
import { modelTitle } from "../../models/index.ts";
import {
  type Column,
  drawCircuitText,
  formatDuration,
  formatFacts,
  formatTable,
  type Style,
  wordsOf,
} from "../../report/index.ts";
import type { JsonDocument } from "../document.ts";
import type { DiscoveryDocument, PointDocument } from "../plans/discovery-document.ts";
import { discoveryPicture } from "../plans/discovery-picture.ts";
import { type Naming, selectionNotes, shortNote, tieNotes } from "./discovery-notes.ts";
import { baselineRows, type ScoreRow, scoreTable } from "./scores.ts";

/** A discovery as it is printed. */
export type PrintedDiscovery = DiscoveryDocument & {
  readonly seconds: number;
  readonly folder: string;
};

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
    { heading: "SHD", value: (document) => scoreOf(document)?.[ranks]?.shd },
    { heading: "AUROC", value: (document) => scoreOf(document)?.auroc[ranks] },
    { heading: "AP", value: (document) => scoreOf(document)?.averagePrecision[ranks] },
    { heading: "", value: (document) => shortNote(document as unknown as DiscoveryDocument) },
  ];
}

/** A discovery for people: circuits, drawn or in a table, and their scores beside those of the baselines. */
export function discoveryText(
  algorithm: Algorithm,
  document: PrintedDiscovery,
  naming: Naming,
  style: Style,
): string {
  const { circuit, score, points, diagnostics } = document;
  const noTruth = `${style.dim("No truth is known for this model: nothing to score against.")}\n`;
  const nothing = `No circuit was made, only a ranking of the ${algorithm.ranks ?? "edges"}.\n`;
  const body = points
    ? [
        pointsTable(algorithm, points, style),
        ...noteLines(pointsNotes(algorithm, points, naming), style),
      ]
    : circuit
      ? circuitTexts(algorithm, document, naming, style)
      : [nothing];
  return [
    `${style.bold(`${algorithm.name} on ${modelTitle(document)}`)}\n`,
    ...body,
    ...(score ? (circuit ? [] : [rankingText(score, style)]) : [noTruth]),
    ...otherTexts(document, style),
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
function circuitTexts(
  algorithm: Algorithm,
  document: DiscoveryDocument,
  naming: Naming,
  style: Style,
): string[] {
  const { selection, score, baselines, rankedBy } = document;
  const table = (part: "nodes" | "edges") =>
    scoreTable(
      part,
      [
        {
          name: "found",
          score: score?.[part],
          auroc: score?.auroc[part],
          averagePrecision: score?.averagePrecision[part],
        },
        ...pruningRows(document, part),
        ...baselineRows(baselines, (parts) => parts[part]),
      ],
      style,
    );
  const hasSigns = document.scores.some((row) => row.score !== row.ranking);
  const signs = hasSigns ? " (its sign in brackets)" : "";
  return [
    drawCircuitText({ ...discoveryPicture(document), title: undefined }, style),
    `${style.dim(`Numbers: ${rankedBy}${signs}.`)}\n`,
    ...(selection ? noteLines(selectionNotes(algorithm, document, selection, naming), style) : []),
    ...(score ? [table("edges"), table("nodes")] : []),
  ];
}

/** What the circuit would have scored with its edges on no path, or without them. */
function pruningRows(
  { pruning, selection }: DiscoveryDocument,
  part: "nodes" | "edges",
): ScoreRow[] {
  if (!pruning) return [];
  return selection?.pruned === true
    ? [{ name: "unpruned", score: pruning.unpruned[part] }]
    : [{ name: "pruned", score: pruning.pruned[part] }];
}

/** What is said of each further truth: the same as of the edges of the first. */
function otherTexts({ otherTruths = {} }: DiscoveryDocument, style: Style): string[] {
  return Object.entries(otherTruths).map(([name, { truth, granularity, score, baselines }]) => {
    const apart = granularity === "graph" ? ", queries, keys and values apart" : "";
    const title = `Against the truth ${name}: ${truth.edges.length} edges${apart}`;
    const rows = baselineRows(baselines, (edges) => edges);
    const auroc = score.auroc.edges;
    const table = baselines
      ? scoreTable("edges", [{ name: "found", score: score.edges, auroc }, ...rows], style)
      : formatFacts(
          [
            ["AUROC, edges", auroc],
            ["at random", 0.5],
          ],
          style,
        );
    return `${style.bold(printable(title))}\n\n${table}`;
  });
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
    { heading: "SHD", value: edge("shd") },
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
  const { label = wordsOf(option).join(" ") } = optionFacts(options.shape[option]);
  return label;
}

function pointsNotes(
  algorithm: Algorithm,
  points: readonly PointDocument[],
  naming: Naming,
): string[] {
  return points.flatMap(({ setting: { name, value }, selection }) =>
    tieNotes(selection, algorithm.ranks, naming).map(
      (note) => `${settingName(algorithm, name)} ${value}: ${note}`,
    ),
  );
}

/** What a ranking can be judged by. */
function rankingText({ auroc, averagePrecision }: DiscoveryScore, style: Style): string {
  const { edges, nodes, paper } = auroc;
  const facts = formatFacts(
    [
      ["AUROC, edges", edges],
      ["AUROC, nodes", nodes],
      ["at random", 0.5],
      ["average precision, edges", averagePrecision.edges],
      ["average precision, nodes", averagePrecision.nodes],
      ["paper's AUROC, edges", paper.edges],
      ["paper's AUROC, nodes", paper.nodes],
    ],
    style,
  );
  return paper.reason ? `${facts}${style.dim(`No paper's AUROC: ${paper.reason}.`)}\n` : facts;
}
