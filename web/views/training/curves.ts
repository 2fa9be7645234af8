import {
  formatNumber,
  formatPercent,
  type LineChart,
  type LineSeries,
} from "../../../src/report/index.ts";
import type { EpochRecord, Losses } from "../../../src/training/index.ts";
import { boxOf } from "../box.ts";
import type { Moment } from "./run.ts";

/** What curves are drawn of: a training in the page, or the history of a stored one. */
export interface Curves {
  readonly records: readonly EpochRecord[];
  readonly moments: readonly Moment[];
}

/** Room for pictures. */
export interface Room {
  readonly isNarrow: boolean;
}

type Point = readonly [step: number, value: number | undefined];

const UNBROKEN = "1 0";

const ACCURACIES = [
  ["accuracy", "accuracy", UNBROKEN],
  ["IIA", "iia", "7 3"],
  ["strict", "strictAccuracy", "2 3"],
  ["joint strict", "jointStrictAccuracy", "9 3 2 3"],
] as const;

const LOSSES = [
  ["IIT", "iit", UNBROKEN],
  ["strict", "strict", "2 3"],
  ["behaviour", "behavior", "7 3"],
] as const satisfies readonly (readonly [string, keyof Losses, string])[];

/** The four accuracies at every validation; those of another run are grey. */
export function accuracyChart(curves: Curves, before: Curves | undefined, room: Room): LineChart {
  const pointsOf = ({ records }: Curves, key: (typeof ACCURACIES)[number][1]): Point[] =>
    records.map(({ steps, validation }) => [steps, validation[key]]);
  return {
    title: "Accuracies on held-out pairs",
    x: stepAxis(curves, before),
    y: { title: "share right", domain: [0, 1] },
    series: [
      ...ACCURACIES.map(([name, key, dash]) => line(name, pointsOf(curves, key), dash, percent)),
      ...(before === undefined
        ? []
        : ACCURACIES.map(([name, key, dash]) => earlier(name, pointsOf(before, key), dash))),
    ],
    ...placed(room),
  };
}

/** The weighted losses between validations, on a logarithmic axis. */
export function lossChart(curves: Curves, before: Curves | undefined, room: Room): LineChart {
  const pointsOf = ({ moments, records }: Curves, key: keyof Losses): Point[] =>
    moments.length > 0
      ? moments.map(({ step, losses }) => [step, positive(losses?.[key])])
      : records.map(({ steps, trainLosses }) => [steps, positive(trainLosses[key])]);
  const isTrained = (key: keyof Losses) => pointsOf(curves, key).some(([, y]) => y !== undefined);
  const shown = LOSSES.filter(([, key]) => isTrained(key));
  const series = [
    ...shown.map(([name, key, dash]) => line(name, pointsOf(curves, key), dash, short)),
    ...(before === undefined
      ? []
      : shown.map(([name, key, dash]) => earlier(name, pointsOf(before, key), dash))),
  ];
  return {
    title: "Losses, weighted, means of batches",
    x: stepAxis(curves, before),
    y: { title: "", domain: decades(series), scale: "log" },
    series,
    ...placed(room),
  };
}

/** The norm of every component's weights, each in a panel; those of the truth have a dot. */
export function normChart(
  { moments, records }: Curves,
  inTruth: (component: string) => boolean,
  { isNarrow }: Room,
): LineChart {
  const components = moments[0]?.norms.map(({ component }) => component) ?? [];
  const all = moments.flatMap(({ norms }) => norms.map(({ norm }) => norm));
  return {
    title: "Norms of weights (● in the truth)",
    x: stepAxis({ moments, records }, undefined),
    y: { title: "norm", domain: [0, 1.05 * Math.max(1e-9, ...all)] },
    series: components.map((component, i) => ({
      name: `${inTruth(component) ? "● " : ""}${boxOf(component) ?? component.replace("hook_", "")}`,
      points: moments.map(({ step, norms }) => ({ x: step, y: norms[i]!.norm })),
      value: moments.at(-1)!.norms[i]!.norm,
    })),
    valueName: "the newest",
    ...(isNarrow ? { columns: 2, plot: { width: 112, height: 90 } } : {}),
  };
}

const placed = ({ isNarrow }: Room) =>
  isNarrow
    ? ({ plot: { width: 240, height: 170 }, legend: "below" } as const)
    : { plot: { width: 340, height: 220 } };

const percent = formatPercent;
const short = (value: number) => formatNumber(value, 3);
const positive = (value: number | undefined) =>
  value !== undefined && value > 0 ? value : undefined;

/** A line that ends with its newest number. */
function line(
  name: string,
  points: readonly Point[],
  dash: string,
  text: (value: number) => string,
): LineSeries {
  const known = knownOf(points);
  const last = known.at(-1);
  const label = last === undefined ? name : `${name} ${text(last.y)}`;
  return { name: label, points: known, dash };
}

const earlier = (name: string, points: readonly Point[], dash: string): LineSeries => ({
  name: `${name} before`,
  points: knownOf(points),
  isReference: true,
  dash,
});

const knownOf = (points: readonly Point[]) =>
  points.flatMap(([x, y]) => (y === undefined ? [] : [{ x, y }]));

function stepAxis(curves: Curves, before: Curves | undefined) {
  const steps = [curves, before].flatMap((one) => [
    one?.moments.at(-1)?.step ?? 0,
    one?.records.at(-1)?.steps ?? 0,
  ]);
  return { title: "updates", domain: [0, Math.max(100, ...steps)] as const };
}

/** The powers of ten around all points. */
function decades(series: readonly LineSeries[]): readonly [number, number] {
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  if (values.length === 0) return [1e-3, 1];
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}
