import { element, svgNumber, textElement } from "../drawing/markup.ts";
import { formatNumber, UNDEFINED_TEXT } from "../number.ts";
import { INK, LETTER, pictureOf } from "./frame.ts";

/** A cell of a heat map. */
export interface HeatCell {
  /** Not there where there is none. */
  readonly value: number | null | undefined;
  /** What else there is to know: shown where one points at it. */
  readonly note?: string | undefined;
}

/** What a heat map shows. */
export interface HeatMap {
  readonly title: string;
  /** What the values are; from 0 to 1. */
  readonly axis: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** `[row, column]` */
  readonly cells: readonly (readonly HeatCell[])[];
}

const SIZES = { cell: 46, height: 20, top: 44, edge: 14 } as const;

/** From light to dark, so that it reads in grey, too. */
const LIGHT = [247, 251, 255] as const;
const DARK = [8, 48, 107] as const;

const MISSING = "#ececec";

/** The heat map as SVG: one box per cell with its number, headings turned upwards, grey where there is none. */
export function drawHeatMapSvg({ title, axis, rows, columns, cells }: HeatMap): string {
  const { cell, height, edge } = SIZES;
  const longest = (labels: readonly string[]) =>
    LETTER * Math.max(0, ...labels.map(({ length }) => length));
  const left = edge + longest(rows) + 8;
  const top = SIZES.top + longest(columns) * Math.SQRT1_2 + 8;
  const right = edge + longest(columns.slice(-1)) * Math.SQRT1_2;
  const titleWidth = 2 * edge + 8.5 * title.length;
  const width = Math.max(left + columns.length * cell + right, titleWidth);
  const bottom = top + rows.length * height;
  const headings = columns.map((label, j) => {
    const [x, y] = [left + (j + 0.5) * cell, top - 6];
    const transform = `rotate(-45 ${svgNumber(x)} ${svgNumber(y)})`;
    return textElement("text", { x, y, transform }, label);
  });
  const body = rows.flatMap((label, i) => {
    const y = top + i * height;
    return [
      textElement("text", { x: left - 8, y: y + 14, "text-anchor": "end" }, label),
      ...cells[i]!.map((one, j) => cellElement(one, `${label}, ${columns[j]}`, left + j * cell, y)),
    ];
  });
  return pictureOf(title, width, bottom + 34, [
    ...headings,
    ...body,
    textElement("text", { x: left, y: bottom + 20, fill: INK.quiet }, axis),
  ]);
}

function cellElement({ value, note }: HeatCell, label: string, x: number, y: number): string {
  const { cell, height } = SIZES;
  const isKnown = value !== undefined && value !== null && Number.isFinite(value);
  const share = isKnown ? Math.min(1, Math.max(0, value)) : 0;
  const text = isKnown ? formatNumber(value, 3) : UNDEFINED_TEXT;
  return element("g", {}, [
    textElement("title", {}, [`${label}: ${text}`, ...(note ? [note] : [])].join("; ")),
    element("rect", {
      x,
      y,
      width: cell - 1,
      height: height - 1,
      fill: isKnown ? shade(share) : MISSING,
    }),
    textElement(
      "text",
      {
        x: x + cell / 2,
        y: y + 14,
        "text-anchor": "middle",
        "font-size": 11,
        ...(share > 0.55 ? { fill: "#ffffff" } : {}),
      },
      text,
    ),
  ]);
}

const shade = (share: number) =>
  `rgb(${LIGHT.map((low, i) => Math.round(low + share * (DARK[i]! - low))).join(",")})`;

/** The same as a specification of Vega-Lite, with its numbers in it. */
export function heatMapSpec({ title, axis, rows, columns, cells }: HeatMap) {
  const values = rows.flatMap((row, i) =>
    columns.map((column, j) => {
      const { value = null, note = null } = cells[i]![j]!;
      return { row, column, value, note };
    }),
  );
  const place = {
    x: { field: "column", type: "nominal", sort: null, title: null, axis: { labelAngle: -45 } },
    y: { field: "row", type: "nominal", sort: null, title: null },
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title,
    data: { values },
    width: { step: SIZES.cell },
    height: { step: SIZES.height },
    encoding: place,
    layer: [
      {
        mark: { type: "rect", invalid: null, tooltip: { content: "data" } },
        encoding: {
          color: {
            field: "value",
            type: "quantitative",
            title: axis,
            scale: { domain: [0, 1], scheme: "blues" },
            condition: { test: "datum.value === null", value: MISSING },
          },
        },
      },
      {
        mark: { type: "text" },
        encoding: {
          text: { field: "value", type: "quantitative", format: ".2f" },
          color: { condition: { test: "datum.value > 0.55", value: "white" }, value: "black" },
        },
      },
    ],
  } as const;
}
