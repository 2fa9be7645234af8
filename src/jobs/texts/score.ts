import { chancePrecision, type FlatScore } from "../../circuit/index.ts";
import { printable } from "../../errors/index.ts";
import { modelTitle } from "../../models/index.ts";
import { formatFacts, formatNumber, formatTable, type Style } from "../../report/index.ts";
import type { JsonDocument } from "../document.ts";
import type { ComparedDocument, NamedCurve, ScoreDocument } from "../plans/score-document.ts";
import { baselineRows, scoreTable } from "./scores.ts";

/** A score as it is printed. */
type PrintedScore = ScoreDocument & { readonly folder: string };

/** A ranking against one truth. */
type Row = ComparedDocument & { readonly name: string };

/** A score for people: rankings and circuits against each truth, and how faithful they are. */
export function scoreText(document: JsonDocument, style: Style): string {
  const score = document as unknown as PrintedScore;
  const { rankings, truths, curves, folder } = score;
  const names = rankings.map(({ name }) => printable(name)).join(", ");
  const rankedBy = rankings.map((one) => {
    const grown =
      one.select === "greedy" ? "; its circuits are grown from the output backwards" : "";
    const chosen = one.ranks === "nodes" ? "; its circuits are of heads and MLPs" : grown;
    return `${style.dim(`${printable(one.name)} ranks by: ${printable(one.rankedBy)}${chosen}.`)}\n`;
  });
  const ofTruths = truths.flatMap(({ name, granularity, edges }) => {
    const apart = granularity === "graph" ? ", queries, keys and values apart" : "";
    const rows = rankings.flatMap(({ name: ranking, scores }): Row[] =>
      scores.filter(({ truth }) => truth === name).map((one) => ({ ...one, name: ranking })),
    );
    return [
      `${style.bold(`Against the truth ${printable(name)}: ${edges.length} edges${apart}`)}\n`,
      ...circuitTables(rows, style),
      rankingTable(rows, style),
    ];
  });
  const noCurve = "No curve of faithfulness: there is no model to run, or none is wanted.";
  return [
    `${style.bold(`Score of ${names} on ${modelTitle(score)}`)}\n`,
    rankedBy.join(""),
    ...ofTruths,
    curves === null ? `${style.dim(noCurve)}\n` : curveTable(score, curves, style),
    formatFacts([["folder", folder]], style),
  ].join("\n");
}

/** The only circuit beside its baselines, edges and nodes; several below each other, their edges. */
function circuitTables(rows: readonly Row[], style: Style): string[] {
  const found = rows.flatMap(({ name, ranking, circuits }) =>
    circuits.map((circuit) => ({ name, ranking, ...circuit })),
  );
  const [only] = found;
  if (only === undefined) return [];
  if (found.length > 1) return [circuitTable(found, style)];
  return (["edges", "nodes"] as const).map((part) => {
    const { auroc, averagePrecision } = only.ranking[part];
    const row = { name: only.name, score: only.score[part], auroc, averagePrecision };
    const baselines = baselineRows(only.baselines, (parts) => parts[part]);
    return scoreTable(`${part}, ${settingText(only)}`, [row, ...baselines], style);
  });
}

type FoundCircuit = Pick<Row, "name" | "ranking"> & Row["circuits"][number];

const settingText = ({ setting }: FoundCircuit) => `${setting.name} ${setting.value}`;

function circuitTable(found: readonly FoundCircuit[], style: Style): string {
  const edge =
    (field: keyof FlatScore) =>
    ({ score }: FoundCircuit) =>
      score.edges[field];
  return formatTable(
    [
      { heading: "edges", value: ({ name }) => name },
      { heading: "circuit", value: settingText },
      { heading: "TP", value: edge("tp") },
      { heading: "FP", value: edge("fp") },
      { heading: "FN", value: edge("fn") },
      { heading: "TPR", value: edge("tpr") },
      { heading: "FPR", value: edge("fpr") },
      { heading: "precision", value: edge("precision") },
      { heading: "F1", value: edge("f1") },
      { heading: "SHD", value: edge("shd") },
      { heading: "F1 at random", value: ({ baselines }) => baselines.random.edges.f1 },
    ],
    found,
    style,
  );
}

/** A number of rankings, or of what they are read against. */
interface Measure {
  readonly ranking: string;
  readonly edges?: number | null | undefined;
  readonly precision?: number | null | undefined;
  readonly nodes?: number | null | undefined;
  readonly nodePrecision?: number | null | undefined;
  readonly apart?: number | null | undefined;
  readonly mib?: number | null | undefined;
  readonly paper?: number | null | undefined;
}

/** How rankings do, the baselines below them. */
function rankingTable(rows: readonly Row[], style: Style): string {
  const [first] = rows;
  if (first === undefined) return "";
  const { edges, nodes, apart } = first.ranking;
  const own = rows.map(
    ({ name, ranking, mib, paper }): Measure => ({
      ranking: name,
      edges: ranking.edges.auroc,
      precision: ranking.edges.averagePrecision,
      nodes: ranking.nodes.auroc,
      nodePrecision: ranking.nodes.averagePrecision,
      apart: ranking.apart.auroc,
      mib: mib?.auroc,
      paper: paper.edges,
    }),
  );
  const baselines: readonly Measure[] = [
    {
      ranking: "random",
      edges: 0.5,
      precision: chancePrecision(edges.positives, edges.items),
      nodes: 0.5,
      nodePrecision: chancePrecision(nodes.positives, nodes.items),
      apart: 0.5,
      mib: first.mib?.random,
    },
    {
      ranking: "random, queries and keys muted",
      apart: apart.mutedQk,
      mib: first.mib?.randomMutedQk,
    },
    { ranking: "worst there is", edges: 0, nodes: 0, apart: 0, mib: first.mib?.worst, paper: 0 },
    {
      ranking: "best there is",
      edges: 1,
      precision: 1,
      nodes: 1,
      nodePrecision: 1,
      apart: 1,
      mib: first.mib?.best,
    },
  ];
  const reasons = rows.flatMap(({ name, paper }) =>
    paper.reason == null ? [] : [`No paper's AUROC of ${printable(name)}: ${paper.reason}.`],
  );
  const table = formatTable(
    [
      { heading: "ranking", value: ({ ranking }) => ranking },
      { heading: "AUROC", value: (row) => row.edges },
      { heading: "AP", value: ({ precision }) => precision },
      { heading: "nodes: AUROC", value: (row) => row.nodes },
      { heading: "AP", value: ({ nodePrecision }) => nodePrecision },
      { heading: "q/k/v apart", value: (row) => row.apart },
      { heading: "MIB", value: ({ mib }) => mib },
      { heading: "paper", value: ({ paper }) => paper },
    ],
    [...own, ...baselines],
    style,
  );
  return table + reasons.map((reason) => `${style.dim(reason)}\n`).join("");
}

/** Areas under the curves of faithfulness, with their intervals. */
function curveTable(
  { rankings }: ScoreDocument,
  { ablation, rows, references }: NonNullable<ScoreDocument["curves"]>,
  style: Style,
): string {
  const own = rankings.flatMap(({ curve }) => (curve === null ? [] : [curve]));
  const area = (name: "cpr" | "cmd" | "accAuc") => (curve: NamedCurve) => {
    const value = curve.nominal[name];
    const interval = curve.intervals[name];
    if (value == null) return undefined;
    const range =
      interval == null
        ? ""
        : ` [${formatNumber(interval.low, 3)}, ${formatNumber(interval.high, 3)}]`;
    return `${formatNumber(value, 3)}${range}`;
  };
  const table = formatTable(
    [
      { heading: "faithfulness", value: ({ name }) => name },
      { heading: "CPR", value: area("cpr") },
      { heading: "CMD", value: area("cmd") },
      { heading: "acc-AUC", value: area("accAuc") },
      { heading: "CPR, realised sizes", value: ({ realised }) => realised.cpr },
      { heading: "CMD", value: ({ realised }) => realised.cmd },
    ],
    [...own, ...references],
    style,
  );
  return `${table}${style.dim(`${rows} rows, ablation ${ablation}; in brackets 95 % over rows.`)}\n`;
}
