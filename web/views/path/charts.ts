import type { LineChart, LineSeries } from "../../../src/report/index.ts";
import type { PathPoint } from "../../engine/methods/watch.ts";

/** Edges that have a line of their own. */
const LINES = 6;

const DASHES = ["1 0", "7 3", "2 3", "9 3 2 3", "4 2", "1 2"] as const;

/** What charts are drawn of. */
export interface PathCharts {
  readonly points: readonly PathPoint[];
  /** Between components, `[point]`: what the effects would be if the path went on like that. */
  readonly estimates: readonly ReadonlyMap<string, number>[];
  readonly aurocs: readonly (number | undefined)[];
  /** The edges whose lines are drawn, with their names. */
  readonly edges: readonly (readonly [edge: string, name: string])[];
  /** The point that is looked at, the first being 1. */
  readonly at: number;
  readonly isNarrow: boolean;
}

/** How the effects of the largest edges settle as more points count. */
export function estimateChart({ points, estimates, edges, at, isNarrow }: PathCharts): LineChart {
  const shown = edges.slice(0, LINES);
  const values = estimates.flatMap((one) => shown.map(([edge]) => one.get(edge) ?? 0));
  const domain = around(values);
  return {
    title: "Effects as points are added up",
    x: { title: "points", domain: [1, Math.max(2, points.length)] },
    y: { title: "effect, so far", domain },
    series: [
      ...shown.map(([edge, name], i): LineSeries => {
        const dash = DASHES[i]!;
        return { name, points: estimates.map((one, k) => ({ x: k + 1, y: one.get(edge)! })), dash };
      }),
      here(at, domain),
    ],
    ...placed(isNarrow),
  };
}

/** How well what is added up so far ranks the edges. */
export function aurocChart({ aurocs, at, isNarrow }: PathCharts): LineChart | undefined {
  if (aurocs.some((auroc) => auroc === undefined)) return undefined;
  return {
    title: "AUROC as points are added up",
    x: { title: "points", domain: [1, Math.max(2, aurocs.length)] },
    y: { title: "AUROC", domain: [0, 1] },
    series: [
      { name: "AUROC", points: aurocs.map((auroc, i) => ({ x: i + 1, y: auroc! })) },
      here(at, [0, 1]),
    ],
    ...placed(isNarrow),
  };
}

/** The loss on the way, where one number says how far a run is. */
export function lossChart({ points, at, isNarrow }: PathCharts): LineChart | undefined {
  const isKnown = points.every(({ alpha, moves }) => alpha !== undefined && moves === undefined);
  if (!isKnown || points.length < 2) return undefined;
  const domain = around(points.map(({ loss }) => loss));
  const place = points[at - 1]!.alpha!;
  const sorted = points.toSorted((a, b) => a.alpha! - b.alpha!);
  return {
    title: "Loss on the way",
    x: { title: "from clean (0) to ablated (1)", domain: [0, 1] },
    y: { title: "loss", domain },
    series: [
      { name: "loss", points: sorted.map(({ alpha, loss }) => ({ x: alpha!, y: loss })) },
      { ...here(at, domain), points: domain.map((y) => ({ x: place, y })) },
    ],
    ...placed(isNarrow),
  };
}

const here = (at: number, domain: readonly [number, number]): LineSeries => ({
  name: `point ${at}`,
  points: domain.map((y) => ({ x: at, y })),
  isReference: true,
});

function around(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const margin = 0.05 * (high - low) || 1;
  return [low === 0 ? 0 : low - margin, high === 0 ? 0 : high + margin];
}

const placed = (isNarrow: boolean) =>
  isNarrow
    ? ({ plot: { width: 230, height: 150 }, legend: "below" } as const)
    : { plot: { width: 190, height: 170 } };
