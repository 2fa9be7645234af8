import { element, textElement } from "../drawing/markup.ts";
import { formatNumber } from "../number.ts";
import {
  type Axis,
  frameElements,
  INK,
  LETTER,
  type PlotPlace,
  pathThrough,
  pictureOf,
  SERIES_COLOURS,
  scaleOf,
} from "./frame.ts";

/** A point of a line, and where it lies. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly interval?: { readonly low: number; readonly high: number } | null | undefined;
}

/** A line of a chart. */
export interface LineSeries {
  readonly name: string;
  readonly points: readonly LinePoint[];
  /** A number that says how good it is, shown beside its name. */
  readonly value?: number | null | undefined;
  /** What others are read against: grey, dashed, and in every panel. Default false. */
  readonly isReference?: boolean;
  /**
   * Lengths of its dashes and gaps, `6 3`, so that it is known without its colour. Default: unbroken, or as of all
   * references.
   */
  readonly dash?: string;
}

/** What a line chart shows. */
export interface LineChart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly LineSeries[];
  /** What the numbers beside names are. */
  readonly valueName?: string;
  /** The plot within the picture, or each of its panels, in px. Default 420 × 340, of panels 158 × 106. */
  readonly plot?: { readonly width: number; readonly height: number };
  /** Panels side by side, where each line has its own. Default 6. */
  readonly columns?: number;
  /** Where the names of lines stand that share a plot. Default right. */
  readonly legend?: "right" | "below";
}

/** More lines than this have a panel each. */
const MOST_TOGETHER = SERIES_COLOURS.length;

const isTogether = ({ series }: LineChart) =>
  series.filter(({ isReference }) => isReference !== true).length <= MOST_TOGETHER;

/** The lines of a chart as SVG: in one plot with a legend, or, if they are many, each in a panel over all others. */
export const drawLinesSvg = (chart: LineChart): string =>
  isTogether(chart) ? drawTogether(chart) : drawPanels(chart);

const PLOT = { width: 420, height: 340 } as const;

const REFERENCE = { stroke: "#8b93a1", "stroke-dasharray": "5 4", "stroke-width": 1.5 } as const;

function drawTogether(chart: LineChart): string {
  const { title, x, y, series, valueName, plot = PLOT, legend: side = "right" } = chart;
  const place: PlotPlace = { left: 62, top: 46, ...plot };
  const labels = series.map(labelOf);
  const bottom = place.top + place.height + 50;
  const [legendLeft, legendTop] =
    side === "right" ? [place.left + place.width + 22, place.top] : [place.left, bottom];
  const longest = Math.max(0, ...labels.map(({ length }) => length));
  const width = Math.max(
    place.left + place.width + 12,
    legendLeft + 34 + LETTER * longest,
    28 + 8.5 * title.length,
  );
  const height = side === "right" ? bottom : bottom + 20 * (series.length + 1);
  const looks = looksOf(series);
  const legend = series.flatMap((_, i) => {
    const at = legendTop + 8 + 20 * i;
    return [
      element("line", { x1: legendLeft, x2: legendLeft + 22, y1: at, y2: at, ...looks[i] }),
      textElement("text", { x: legendLeft + 28, y: at + 4 }, labels[i]!),
    ];
  });
  return pictureOf(title, width, height, [
    ...frameElements(x, y, place),
    ...series.flatMap((one, i) => lineElements(one, looks[i]!, chart, place)),
    ...legend,
    ...(valueName === undefined
      ? []
      : [
          textElement(
            "text",
            {
              x: legendLeft,
              y: legendTop + 16 + 20 * series.length,
              fill: INK.quiet,
              "font-size": 11,
            },
            `in brackets: ${valueName}`,
          ),
        ]),
  ]);
}

const PANEL = { width: 158, height: 106 } as const;
const GAP = { x: 18, y: 34 } as const;

const COLUMNS = 6;

const BEHIND = "lines-behind";

function drawPanels(chart: LineChart): string {
  const { title, x, y, series, valueName, columns = COLUMNS, plot: panel = PANEL } = chart;
  const references = series.filter(({ isReference }) => isReference === true);
  const own = series.filter(({ isReference }) => isReference !== true);
  const rows = Math.ceil(own.length / columns);
  const [left, top] = [62, 62];
  const stepX = panel.width + GAP.x;
  const stepY = panel.height + GAP.y;
  const origin = { ...panel, left: 0, top: 0 };
  // All lines once, to be used behind every panel.
  const behind = element("defs", {}, [
    element("g", { id: BEHIND }, [
      ...own.flatMap((one) =>
        lineElements(plain(one), { stroke: INK.grid, "stroke-width": 1 }, chart, origin),
      ),
      ...references.flatMap((one) => lineElements(plain(one), REFERENCE, chart, origin)),
    ]),
  ]);
  const panels = own.flatMap((one, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const place = { ...panel, left: left + column * stepX, top: top + row * stepY };
    const labels = { x: i + columns >= own.length, y: column === 0 };
    const title = (text: string, attributes: Look) =>
      textElement("text", { y: place.top - 6, "font-size": 11, ...attributes }, text);
    return [
      ...frameElements({ ...x, title: "" }, { ...y, title: "" }, place, labels),
      element("use", { href: `#${BEHIND}`, x: place.left, y: place.top }),
      ...lineElements(one, { stroke: SERIES_COLOURS[0], "stroke-width": 2.25 }, chart, place),
      title(one.name, { x: place.left, "font-weight": 600 }),
      title(one.value == null ? "" : formatNumber(one.value, 3), {
        x: place.left + panel.width,
        "text-anchor": "end",
        fill: INK.quiet,
      }),
    ];
  });
  const width = left + Math.min(own.length, columns) * stepX + 6;
  const bottom = top + rows * stepY;
  const axes = `${x.title} (across), ${y.title} (upwards)${references.map(({ name }) => `; dashed: ${name}`).join("")}; grey: the others${valueName === undefined ? "" : `; number: ${valueName}`}`;
  return pictureOf(title, Math.max(width, 28 + 8.5 * title.length), bottom + 22, [
    behind,
    ...panels,
    textElement("text", { x: left, y: bottom + 10, fill: INK.quiet }, axes),
  ]);
}

const plain = ({
  interval: _,
  ...series
}: LineSeries & { readonly interval?: unknown }): LineSeries => ({
  ...series,
  points: series.points.map(({ x, y }) => ({ x, y })),
});

const labelOf = ({ name, value }: LineSeries) =>
  value == null ? name : `${name} (${formatNumber(value, 3)})`;

type Look = Readonly<Record<string, string | number>>;

function looksOf(series: readonly LineSeries[]): Look[] {
  let next = 0;
  return series.map(({ isReference, dash }) => ({
    ...(isReference === true
      ? REFERENCE
      : { stroke: SERIES_COLOURS[next++ % SERIES_COLOURS.length]!, "stroke-width": 2.25 }),
    ...(dash === undefined ? {} : { "stroke-dasharray": dash }),
  }));
}

/** A line with the band of its intervals below it, kept within the plot. */
function lineElements(
  { points }: LineSeries,
  look: Look,
  { x, y }: Pick<LineChart, "x" | "y">,
  { left, top, width, height }: PlotPlace,
): string[] {
  if (points.length === 0) return [];
  const toX = scaleOf(x, left, left + width);
  const toY = scaleOf(y, top + height, top);
  const within = (value: number) => Math.min(top + height, Math.max(top, toY(value)));
  const banded = points.flatMap((point) =>
    point.interval ? [{ ...point, interval: point.interval }] : [],
  );
  const upper = banded.map(({ x: at, interval }) => [toX(at), within(interval.high)] as const);
  const lower = banded.map(({ x: at, interval }) => [toX(at), within(interval.low)] as const);
  const band = [...upper, ...lower.toReversed()];
  return [
    ...(banded.length < 2
      ? []
      : [
          element("path", {
            d: `${pathThrough(band)}Z`,
            fill: String(look.stroke),
            "fill-opacity": 0.15,
          }),
        ]),
    element("path", {
      d: pathThrough(points.map((point) => [toX(point.x), within(point.y)])),
      fill: "none",
      "stroke-linejoin": "round",
      ...look,
    }),
  ];
}

/** The same as a specification of Vega-Lite, with its numbers in it. */
export function linesSpec(chart: LineChart) {
  const { title, x, y, series, plot, columns = COLUMNS } = chart;
  const values = series.flatMap((one) =>
    one.points.map((point) => ({
      series: labelOf(one),
      x: point.x,
      y: point.y,
      low: point.interval?.low ?? null,
      high: point.interval?.high ?? null,
    })),
  );
  const names = series.map(labelOf);
  const looks = looksOf(series);
  const direction = ({ title: name, domain, scale = "linear" }: Axis) => ({
    type: "quantitative",
    title: name,
    scale: { domain, type: scale },
  });
  const colour = {
    field: "series",
    type: "nominal",
    title: null,
    sort: names,
    scale: { domain: names, range: looks.map(({ stroke }) => stroke) },
  };
  const across = { field: "x", ...direction(x) };
  const layer = [
    {
      mark: { type: "area", opacity: 0.15, clip: true },
      transform: [{ filter: "datum.low !== null" }],
      encoding: {
        x: across,
        y: { field: "low", ...direction(y) },
        y2: { field: "high" },
        color: colour,
      },
    },
    {
      mark: { type: "line", clip: true, tooltip: { content: "data" } },
      encoding: {
        x: across,
        y: { field: "y", ...direction(y) },
        order: { field: "index", type: "quantitative" },
        color: colour,
        strokeDash: {
          field: "series",
          type: "nominal",
          title: null,
          sort: names,
          scale: {
            domain: names,
            range: looks.map(({ "stroke-dasharray": dash = "1 0" }) =>
              String(dash).split(" ").map(Number),
            ),
          },
        },
      },
    },
  ];
  const shared = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title,
    data: { values: values.map((value, index) => ({ ...value, index })) },
  };
  return isTogether(chart)
    ? { ...shared, ...PLOT, ...plot, layer }
    : {
        ...shared,
        columns,
        facet: { field: "series", type: "nominal", title: null, sort: names },
        spec: { ...PANEL, ...plot, layer },
      };
}
