import { chancePrecision, MIB_FRACTIONS } from "../../circuit/index.ts";
import { formatJson } from "../../formats/index.ts";
import { drawLinesSvg, formatCsv, type LineChart, linesSpec } from "../../report/index.ts";
import type { ArtifactDraft } from "../../store/index.ts";
import type { NamedCurve, RankingDocument, ScoreDocument } from "./score-document.ts";

/** A number of a score, as tables of programs have it. */
interface ScoreRow {
  readonly ranking: string;
  readonly truth?: string;
  readonly part?: string;
  readonly measure: string;
  readonly value: number | null | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** What chance has, or the worst there is. */
  readonly chance?: number | undefined;
}

const COLUMNS = (
  ["ranking", "truth", "part", "measure", "value", "low", "high", "chance"] as const
).map((heading) => ({ heading, value: (row: ScoreRow) => row[heading] }));

/** Writes a score as a table for programs and as pictures, beside its document. */
export function writeScore(draft: ArtifactDraft, document: ScoreDocument): void {
  const rows = document.rankings.flatMap((ranking) => [
    ...comparedRows(ranking),
    ...(ranking.curve === null ? [] : curveRows(ranking.curve)),
  ]);
  draft.write("scores.csv", formatCsv(COLUMNS, rows));
  const taken = new Set<string>();
  for (const { name } of document.truths) {
    const plain = `roc-${name.replace(/[^\w.-]+/g, "-")}`;
    let file = plain;
    // Some file systems do not tell capitals apart.
    for (let i = 2; taken.has(file.toLowerCase()); i++) file = `${plain}-${i}`;
    taken.add(file.toLowerCase());
    writeLines(draft, file, rocChart(document, name));
  }
  if (document.curves !== null) writeLines(draft, "faithfulness", curveChart(document));
}

/** A chart of lines, drawn and for Vega-Lite. */
function writeLines(draft: ArtifactDraft, name: string, chart: LineChart): void {
  draft.write(`${name}.svg`, drawLinesSvg(chart));
  draft.write(`${name}.vl.json`, formatJson(linesSpec(chart)));
}

function comparedRows({ name, scores }: RankingDocument): ScoreRow[] {
  return scores.flatMap(({ truth, ranking, mib, paper, circuits }) => {
    const shared = { ranking: name, truth };
    const parts = ["edges", "apart", "nodes"] as const;
    return [
      ...parts.flatMap((part) => {
        const { auroc, averagePrecision, items, positives } = ranking[part];
        return [
          { ...shared, part, measure: "auroc", value: auroc, chance: 0.5 },
          {
            ...shared,
            part,
            measure: "average_precision",
            value: averagePrecision,
            chance: chancePrecision(positives, items),
          },
        ];
      }),
      { ...shared, part: "edges", measure: "paper_auroc", value: paper.edges },
      { ...shared, part: "nodes", measure: "paper_auroc", value: paper.nodes },
      { ...shared, part: "apart", measure: "mib_auroc", value: mib?.auroc, chance: mib?.random },
      ...circuits.flatMap(({ setting, score, baselines }) =>
        (["edges", "nodes"] as const).flatMap((part) =>
          (["tp", "fp", "fn", "tn", "tpr", "fpr", "precision", "f1", "shd"] as const).map(
            (measure) => ({
              ...shared,
              part,
              measure: `${measure} (${setting.name} ${setting.value})`,
              value: score[part][measure],
              chance: baselines.random[part][measure],
            }),
          ),
        ),
      ),
    ];
  });
}

function curveRows({ name, nominal, realised, intervals, points }: NamedCurve): ScoreRow[] {
  const areas = [
    ["cpr", "cpr"],
    ["cmd", "cmd"],
    ["acc_auc", "accAuc"],
  ] as const;
  return [
    ...areas.flatMap(([measure, area]) => [
      { ranking: name, measure, value: nominal[area], ...intervals[area] },
      { ranking: name, measure: `${measure}_realised`, value: realised[area] },
    ]),
    ...points.map(({ fraction, faithfulness, interval }) => ({
      ranking: name,
      measure: `faithfulness at ${fraction}`,
      value: faithfulness,
      ...interval,
    })),
  ];
}

/** The ROC curves of edges between heads and MLPs against one truth. */
function rocChart({ rankings, case: id, model }: ScoreDocument, truth: string): LineChart {
  const share = [0, 1] as const;
  return {
    title: `ROC of edges, ${model} of case ${id}, truth ${truth}`,
    valueName: "AUROC",
    x: { title: "false positive rate", domain: share },
    y: { title: "true positive rate", domain: share },
    series: [
      ...rankings.map(({ name, scores }) => {
        const own = scores.find((one) => one.truth === truth);
        return {
          name,
          value: own?.ranking.edges.auroc,
          points: (own?.roc ?? []).map(({ fpr, tpr }) => ({ x: fpr, y: tpr })),
        };
      }),
      { name: "chance", isReference: true, points: share.map((x) => ({ x, y: x })) },
    ],
  };
}

/** The curves of faithfulness, those of references dashed. */
function curveChart({ rankings, curves, case: id, model }: ScoreDocument): LineChart {
  const own = rankings.flatMap(({ curve }) => (curve === null ? [] : [curve]));
  return {
    title: `Faithfulness of circuits, ${model} of case ${id}`,
    valueName: "CPR",
    ...faithfulnessAxes([...own, ...(curves?.references ?? [])]),
    series: [
      ...own.map((curve) => lineOf(curve)),
      ...(curves?.references ?? []).map((curve) => ({ ...lineOf(curve), isReference: true })),
    ],
  };
}

const lineOf = ({ name, points, nominal }: NamedCurve) => ({
  name,
  value: nominal.cpr,
  points: points.flatMap(({ fraction, faithfulness, interval }) =>
    faithfulness == null ? [] : [{ x: fraction, y: faithfulness, interval }],
  ),
});

/** Shares of all edges across, on a logarithmic axis; faithfulness upwards, from 0 to 1 or as far as it goes. */
export function faithfulnessAxes(
  curves: readonly { readonly points: readonly { readonly faithfulness: number | undefined }[] }[],
): Pick<LineChart, "x" | "y"> {
  const values = curves.flatMap(({ points }) =>
    points.flatMap(({ faithfulness }) => faithfulness ?? []),
  );
  const [low, high] = [Math.min(0, ...values), Math.max(1, ...values)];
  return {
    x: { title: "share of all edges, or nodes", domain: [MIB_FRACTIONS[0]!, 1], scale: "log" },
    y: { title: "faithfulness", domain: [Math.max(-1, low), Math.min(3, 1.05 * high)] },
  };
}
