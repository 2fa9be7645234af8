import { MIB_FRACTIONS, ROC_GRID, trapezoids } from "../../circuit/index.ts";
import {
  type BoxPlot,
  boxPlotSpec,
  drawBoxPlotSvg,
  drawHeatMapSvg,
  drawLinesSvg,
  drawRankDiagramSvg,
  heatMapSpec,
  type LineChart,
  leaderboardMap,
  linesSpec,
  type RankDiagram,
  rankDiagramSpec,
} from "../../report/index.ts";
import type { LeaderboardDocument } from "./leaderboard-document.ts";
import { faithfulnessAxes } from "./score-files.ts";

/** A figure, drawn and for Vega-Lite. */
export interface Figure {
  /** What its files are called. */
  readonly name: string;
  readonly svg: string;
  readonly spec: object;
}

/** The figures of a leaderboard: those that it has numbers for. */
export function leaderboardFigures(document: LeaderboardDocument): Figure[] {
  const map = leaderboardMap(document);
  const boxes = boxPlotOf(document);
  const ranks = rankDiagramOf(document);
  const lines = [
    ["roc", rocOf(document)],
    ["faithfulness", faithfulnessOf(document)],
  ] as const;
  return [
    { name: "heat-map", svg: drawHeatMapSvg(map), spec: heatMapSpec(map) },
    { name: "box-plot", svg: drawBoxPlotSvg(boxes), spec: boxPlotSpec(boxes) },
    ...(ranks === undefined
      ? []
      : [{ name: "ranks", svg: drawRankDiagramSvg(ranks), spec: rankDiagramSpec(ranks) }]),
    ...lines.flatMap(([name, chart]) =>
      chart.series.some(({ isReference }) => isReference !== true)
        ? [{ name, svg: drawLinesSvg(chart), spec: linesSpec(chart) }]
        : [],
    ),
  ];
}

const aboutOf = ({ model, protocol }: LeaderboardDocument) =>
  `models ${model}, protocol ${protocol}`;

/** What an axis calls a measure: what stands before the first comma. */
const shortMeasure = ({ measure }: LeaderboardDocument) => measure.split(/[,:]/)[0]!;

/** The means over seeds of every algorithm, one number a case. */
function boxPlotOf(document: LeaderboardDocument): BoxPlot {
  const { cells, summary } = document;
  return {
    title: `By algorithm: ${aboutOf(document)}`,
    axis: { title: shortMeasure(document), domain: [0, 1] },
    groups: summary.map(({ algorithm }) => ({
      label: algorithm,
      values: cells.flatMap((cell) =>
        cell.algorithm === algorithm && cell.mean != null
          ? [{ name: `case ${cell.case}`, value: cell.mean }]
          : [],
      ),
    })),
  };
}

function rankDiagramOf(document: LeaderboardDocument): RankDiagram | undefined {
  const { ranks } = document.tests;
  if (!ranks) return undefined;
  return {
    title: `Mean ranks on ${ranks.items} cases: ${aboutOf(document)}`,
    methods: ranks.algorithms.map((name, i) => ({ name, rank: ranks.ranks[i]! })),
    criticalDifference: ranks.criticalDifference,
  };
}

/** Mean ROC curves of edges, against the constructed truth whatever the protocol. */
function rocOf(document: LeaderboardDocument): LineChart {
  const share = [0, 1] as const;
  return {
    title: `Mean ROC curves of edges: ${aboutOf(document)}`,
    x: { title: "false positive rate", domain: share },
    y: { title: "true positive rate", domain: share },
    valueName: "area",
    series: [
      ...document.curves.flatMap(({ algorithm, roc }) =>
        roc
          ? [
              {
                name: algorithm,
                value: trapezoids(ROC_GRID, roc),
                points: roc.map((y, i) => ({ x: ROC_GRID[i]!, y })),
              },
            ]
          : [],
      ),
      { name: "chance", isReference: true, points: share.map((x) => ({ x, y: x })) },
    ],
  };
}

/** Mean curves of faithfulness. */
function faithfulnessOf(document: LeaderboardDocument): LineChart {
  const curves = document.curves.flatMap(({ algorithm, faithfulness }) =>
    faithfulness
      ? [
          {
            name: algorithm,
            points: faithfulness.map((y, i) => ({ x: MIB_FRACTIONS[i]!, y, faithfulness: y })),
          },
        ]
      : [],
  );
  return {
    title: `Mean faithfulness of circuits: ${aboutOf(document)}`,
    ...faithfulnessAxes(curves),
    series: curves.map(({ name, points }) => ({
      name,
      points: points.map(({ x, y }) => ({ x, y })),
    })),
  };
}
