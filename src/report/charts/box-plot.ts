import { meanOf, quantile } from "../../statistics/index.ts";
import { element, textElement } from "../drawing/markup.ts";
import { formatNumber } from "../number.ts";
import {
  type Axis,
  frameElements,
  INK,
  LETTER,
  pictureOf,
  SERIES_COLOURS,
  scaleOf,
} from "./frame.ts";

/** Numbers under one label, each with what it is of. */
export interface BoxGroup {
  readonly label: string;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

/** What a box plot shows. */
export interface BoxPlot {
  readonly title: string;
  readonly axis: Axis;
  readonly groups: readonly BoxGroup[];
}

const SIZES = { row: 22, box: 12, width: 520, top: 44, right: 60 } as const;

/**
 * Horizontal boxes as SVG: quartiles with the median, whiskers to the last number within 1.5 times their distance,
 * every number as a dot, and the mean as text. (Tukey 1977)
 */
export function drawBoxPlotSvg({ title, axis, groups }: BoxPlot): string {
  const { row, box, width, top, right } = SIZES;
  const longest = Math.max(0, ...groups.map(({ label }) => label.length));
  const left = 24 + LETTER * longest;
  const height = row * Math.max(1, groups.length);
  const toX = scaleOf(axis, left, left + width);
  const frame = frameElements(
    axis,
    { title: "", domain: [0, 1] },
    { left, top, width, height },
    {
      x: true,
      y: false,
      across: false,
    },
  );
  const rows = groups.flatMap(({ label, values }, i) => {
    const middle = top + (i + 0.5) * row;
    const name = textElement("text", { x: left - 8, y: middle + 4, "text-anchor": "end" }, label);
    if (values.length === 0) return [name];
    const sorted = values.map(({ value }) => value).sort((a, b) => a - b);
    const [first, median, third] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share)) as [
      number,
      number,
      number,
    ];
    const reach = 1.5 * (third - first);
    const low = sorted.find((value) => value >= first - reach)!;
    const high = sorted.findLast((value) => value <= third + reach)!;
    const mean = meanOf(sorted);
    const line = (x1: number, x2: number, y1: number, y2: number, more: object) =>
      element("line", { x1, x2, y1, y2, stroke: INK.text, ...more });
    const [from, to] = [middle - box / 2, middle + box / 2];
    return [
      name,
      ...values.map(({ name: of, value }, k) =>
        element("g", {}, [
          textElement("title", {}, `${label}, ${of}: ${formatNumber(value)}`),
          element("circle", {
            cx: toX(value),
            // Dots of equal numbers lie beside each other: in eleven heights, in turn.
            cy: middle + (((k * 7) % 11) - 5) * 1.4,
            r: 1.6,
            fill: SERIES_COLOURS[1],
            "fill-opacity": 0.5,
          }),
        ]),
      ),
      line(toX(low), toX(first), middle, middle, {}),
      line(toX(third), toX(high), middle, middle, {}),
      element("rect", {
        x: toX(first),
        y: from,
        width: Math.max(1, toX(third) - toX(first)),
        height: box,
        fill: SERIES_COLOURS[0],
        "fill-opacity": 0.25,
        stroke: SERIES_COLOURS[0],
      }),
      line(toX(median), toX(median), from, to, { stroke: SERIES_COLOURS[0], "stroke-width": 2.5 }),
      textElement(
        "text",
        { x: left + width + 10, y: middle + 4, fill: INK.quiet, "font-size": 11 },
        formatNumber(mean, 3),
      ),
    ];
  });
  const heading = textElement(
    "text",
    { x: left + width + 10, y: top - 6, fill: INK.quiet, "font-size": 11 },
    "mean",
  );
  return pictureOf(
    title,
    Math.max(left + width + right, 28 + 8.5 * title.length),
    top + height + 46,
    [...frame, heading, ...rows],
  );
}

/** The same as a specification of Vega-Lite, with its numbers in it. */
export function boxPlotSpec({ title, axis, groups }: BoxPlot) {
  const values = groups.flatMap((group) =>
    group.values.map(({ name, value }) => ({ group: group.label, name, value })),
  );
  const across = {
    field: "value",
    type: "quantitative",
    title: axis.title,
    scale: { domain: axis.domain },
  };
  const down = {
    field: "group",
    type: "nominal",
    title: null,
    sort: groups.map(({ label }) => label),
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title,
    data: { values },
    width: SIZES.width,
    height: { step: SIZES.row },
    layer: [
      {
        mark: { type: "boxplot", extent: 1.5, outliers: false },
        encoding: { x: across, y: down, color: { value: SERIES_COLOURS[0] } },
      },
      {
        mark: { type: "circle", size: 10, opacity: 0.5, tooltip: { content: "data" } },
        encoding: { x: across, y: down, color: { value: SERIES_COLOURS[1] } },
      },
    ],
  } as const;
}
