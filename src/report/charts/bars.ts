import { element, svgNumber, textElement } from "../drawing/markup.ts";
import { formatNumber, UNDEFINED_TEXT } from "../number.ts";
import { SERIES_COLOURS as FILLS, LETTER, pictureOf, ticksOf } from "./frame.ts";

/** A measured value. */
export interface Bar {
  /** Not there where it is not defined. */
  readonly value: number | null | undefined;
  /** Where it lies, as a whisker. */
  readonly interval?: { readonly low: number; readonly high: number } | null | undefined;
}

/** Bars that belong together, below one label. */
export interface BarGroup {
  readonly label: string;
  /** In the order of the series. */
  readonly bars: readonly Bar[];
}

/** What a bar chart shows. */
export interface BarChart {
  readonly title: string;
  /** What the values are. */
  readonly axis: string;
  /** What the bars of a group are; their legend. */
  readonly series: readonly string[];
  readonly groups: readonly BarGroup[];
}

const SIZES = { width: 720, right: 64, bar: 13, gap: 9, top: 62, bottom: 40 } as const;

const LONGEST_LABEL = 60;

/**
 * Horizontal bars by group as SVG: an axis from 0 to 1, or further where values go, whiskers for
 * intervals, and every value as text beside its bar.
 */
export function drawBarsSvg({ title, axis, series, groups }: BarChart): string {
  const { width, right, bar, gap, top, bottom } = SIZES;
  const labels = groups.map(({ label }) => label.length);
  const longest = Math.min(LONGEST_LABEL, Math.max(0, ...labels));
  const left = 24 + LETTER * longest;
  const groupHeight = series.length * bar + gap;
  const height = top + groups.length * groupHeight + bottom;
  const [low, high] = rangeOf(groups);
  const x = (value: number) => left + ((value - low) / (high - low)) * (width - left - right);
  const bodyEnd = top + groups.length * groupHeight;
  const ticks = ticksOf({ domain: [low, high] }).flatMap((tick) => [
    element("line", { x1: x(tick), x2: x(tick), y1: top - 4, y2: bodyEnd, stroke: "#d3d7de" }),
    textElement(
      "text",
      { x: x(tick), y: bodyEnd + 14, "text-anchor": "middle", fill: "#6b7280" },
      formatNumber(tick, 2),
    ),
  ]);
  const rows = groups.flatMap(({ label, bars }, i) => {
    const y = top + i * groupHeight;
    const middle = y + (series.length * bar) / 2 + 4;
    return [
      textElement("text", { x: left - 8, y: middle, "text-anchor": "end" }, label),
      ...bars.flatMap((one, k) => barElements(one, FILLS[k % FILLS.length]!, y + k * bar, x)),
    ];
  });
  return pictureOf(title, width, height, [
    ...legend(series),
    ...ticks,
    ...rows,
    textElement(
      "text",
      { x: (left + width - right) / 2, y: bodyEnd + 32, "text-anchor": "middle" },
      axis,
    ),
  ]);
}

function legend(series: readonly string[]): string[] {
  let x = 12;
  return series.flatMap((name, i) => {
    const at = x;
    x += 30 + LETTER * name.length;
    return [
      element("rect", { x: at, y: 34, width: 11, height: 11, fill: FILLS[i % FILLS.length]! }),
      textElement("text", { x: at + 16, y: 44 }, name),
    ];
  });
}

function barElements(
  { value, interval }: Bar,
  fill: string,
  y: number,
  x: (value: number) => number,
): string[] {
  const { bar } = SIZES;
  const [middle, zero] = [y + bar / 2, x(0)];
  const isKnown = value !== undefined && value !== null && Number.isFinite(value);
  const text = isKnown ? formatNumber(value, 3) : UNDEFINED_TEXT;
  const end = isKnown ? Math.max(zero, x(value), interval ? x(interval.high) : 0) : zero;
  const label = textElement("text", { x: end + 5, y: middle + 3.5, "font-size": 10 }, text);
  if (!isKnown) return [label];
  const [from, to] = [Math.min(zero, x(value)), Math.max(zero, x(value))];
  return [
    element("rect", { x: from, y: y + 1, width: to - from, height: bar - 2, fill }),
    ...(interval ? whisker(x(interval.low), x(interval.high), middle) : []),
    label,
  ];
}

function whisker(from: number, to: number, y: number): string[] {
  if (to - from < 0.5) return [];
  const d = `M${svgNumber(from)} ${svgNumber(y)}H${svgNumber(to)}`;
  const end = (at: number) => `M${svgNumber(at)} ${svgNumber(y - 3)}V${svgNumber(y + 3)}`;
  return [element("path", { d: d + end(from) + end(to), stroke: "#1f2937", fill: "none" })];
}

/** From 0 to 1, and to whatever lies beyond. */
function rangeOf(groups: readonly BarGroup[]): [low: number, high: number] {
  const ends = groups.flatMap(({ bars }) =>
    bars.flatMap(({ value, interval }) => [value, interval?.low, interval?.high]),
  );
  const known = ends.filter(
    (end): end is number => typeof end === "number" && Number.isFinite(end),
  );
  return [Math.min(0, ...known), Math.max(1, ...known)];
}

/** The same as a specification of Vega-Lite, with its numbers in it. */
export function barsSpec({ title, axis, series, groups }: BarChart) {
  const values = groups.flatMap(({ label, bars }) =>
    bars.map(({ value = null, interval }, i) => ({
      group: label,
      series: series[i]!,
      value,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
    })),
  );
  const place = {
    y: { field: "group", type: "nominal", sort: null, title: null },
    yOffset: { field: "series", sort: null },
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title,
    data: { values },
    height: { step: SIZES.bar },
    encoding: place,
    layer: [
      {
        mark: { type: "bar", tooltip: { content: "data" } },
        encoding: {
          x: { field: "value", type: "quantitative", title: axis },
          color: {
            field: "series",
            type: "nominal",
            sort: null,
            title: null,
            scale: { range: FILLS.slice(0, Math.max(1, series.length)) },
          },
        },
      },
      {
        mark: { type: "rule" },
        encoding: {
          x: { field: "low", type: "quantitative", title: axis },
          x2: { field: "high" },
        },
      },
    ],
  } as const;
}
