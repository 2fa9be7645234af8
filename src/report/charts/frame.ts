import { element, svgNumber, textElement } from "../drawing/markup.ts";
import { formatNumber } from "../number.ts";

/** Colours that differ in lightness, too (after Okabe & Ito 2008). */
export const SERIES_COLOURS = [
  "#0f4c81",
  "#e08a1e",
  "#86c5a4",
  "#b0569b",
  "#56a0d3",
  "#a0522d",
] as const;

export const INK = {
  text: "#1f2937",
  quiet: "#6b7280",
  grid: "#e5e7eb",
  faint: "#c7ccd4",
} as const;

/** Width of a letter of texts of 12 px, about. */
export const LETTER = 6.6;

/** A direction of a plot. */
export interface Axis {
  readonly title: string;
  readonly domain: readonly [low: number, high: number];
  /** Default linear. */
  readonly scale?: "linear" | "log";
}

/** Where a plot lies, in px. */
export interface PlotPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where a value of an axis lies between two places. */
export function scaleOf({ domain, scale }: Axis, from: number, to: number): (x: number) => number {
  const map = scale === "log" ? Math.log : (x: number) => x;
  const [low, high] = [map(domain[0]), map(domain[1])];
  return (x) => from + ((map(x) - low) / (high - low)) * (to - from);
}

/** About five round numbers within a range; powers of ten on a logarithmic axis. */
export function ticksOf({ domain: [low, high], scale }: Omit<Axis, "title">): number[] {
  if (scale === "log") {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    return Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`));
  }
  const rough = (high - low) / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((each) => each >= rough)!;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Which parts of a frame are labelled. */
export interface FrameLabels {
  readonly x: boolean;
  readonly y: boolean;
  /** Whether there are lines across, too. Default true. */
  readonly across?: boolean;
}

/** The grid of a plot with the numbers of its axes, and their titles. */
export function frameElements(
  x: Axis,
  y: Axis,
  { left, top, width, height }: PlotPlace,
  labels: FrameLabels = { x: true, y: true },
): string[] {
  const [toX, toY] = [scaleOf(x, left, left + width), scaleOf(y, top + height, top)];
  const bottom = top + height;
  const middle = { x: left + width / 2, y: top + height / 2 };
  const line = (x1: number, y1: number, x2: number, y2: number) =>
    element("line", { x1, y1, x2, y2, stroke: INK.grid });
  const label = (text: string, attributes: Readonly<Record<string, string | number>>) =>
    textElement("text", { "font-size": 11, fill: INK.quiet, ...attributes }, text);
  const turned = { x: left - 38, y: middle.y };
  return [
    ...ticksOf(x).flatMap((tick) => [
      line(toX(tick), top, toX(tick), bottom),
      ...(labels.x
        ? [label(formatNumber(tick, 3), { x: toX(tick), y: bottom + 15, "text-anchor": "middle" })]
        : []),
    ]),
    ...(labels.across === false ? [] : ticksOf(y)).flatMap((tick) => [
      line(left, toY(tick), left + width, toY(tick)),
      ...(labels.y
        ? [label(formatNumber(tick, 3), { x: left - 6, y: toY(tick) + 4, "text-anchor": "end" })]
        : []),
    ]),
    ...(labels.x
      ? [label(x.title, { x: middle.x, y: bottom + 34, "text-anchor": "middle", "font-size": 12 })]
      : []),
    ...(labels.y
      ? [
          label(y.title, {
            ...turned,
            transform: `rotate(-90 ${svgNumber(turned.x)} ${svgNumber(turned.y)})`,
            "text-anchor": "middle",
            "font-size": 12,
          }),
        ]
      : []),
  ];
}

/** A picture of a size with its title, on white. */
export function pictureOf(
  title: string,
  width: number,
  height: number,
  elements: readonly string[],
): string {
  return `${element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${svgNumber(width)} ${svgNumber(height)}`,
      width,
      height,
      role: "img",
      "font-family": "system-ui, sans-serif",
      "font-size": 12,
      fill: INK.text,
    },
    [
      textElement("title", {}, title),
      element("rect", { width, height, fill: "#ffffff" }),
      textElement("text", { x: 12, y: 22, "font-size": 15, "font-weight": 600 }, title),
      ...elements,
    ],
  )}\n`;
}

/** The way through some places, in px. */
export const pathThrough = (places: readonly (readonly [x: number, y: number])[]): string =>
  places.map(([x, y], i) => `${i === 0 ? "M" : "L"}${svgNumber(x)} ${svgNumber(y)}`).join("");
