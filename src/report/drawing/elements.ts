import { formatNumber } from "../number.ts";
import { type BoxShape, type Line, PORT_OFFSETS, type Point } from "./layout.ts";
import { type Attributes, element, svgNumber, textElement } from "./markup.ts";
import { MARK_STYLES, PORT_COLOURS, SIGN_STYLES } from "./palette.ts";
import type { Diagram, Link, Mark } from "./picture.ts";
import { SIZES } from "./rows.ts";

const THINNEST = 1.6;
const WIDEST = 6;

/** The lines of a link: a white border that sets it off from those below, the line, the arrowhead. */
export function linkElements(
  link: Link,
  points: Line,
  { largestScore, scoreName }: Pick<Diagram, "largestScore" | "scoreName">,
): string[] {
  const { stroke, dash } = linkStyle(link, largestScore);
  const width = linkWidth(link, largestScore);
  const isQuiet = link.mark === "trueNegative";
  const head = arrowhead(points.at(-1)!, width);
  const path = linkPath(points, isQuiet ? 0 : head.length);
  const title = textElement("title", {}, linkTitle(link, scoreName));
  const line = element("path", { d: path, ...linkStroke(stroke, dash, width) }, [title]);
  if (isQuiet) return [line];
  const border = { d: path, stroke: "#ffffff", "stroke-width": width + 3, opacity: 0.85 };
  return [element("path", border), line, element("path", { d: head.path, fill: stroke })];
}

/** Stroke attributes; a dot is a dash of no length with round ends. */
export function linkStroke(stroke: string, dash: readonly number[], width: number): Attributes {
  const isDotted = dash.length > 0 && dash[0]! < 0.1;
  return {
    stroke,
    "stroke-width": width,
    "stroke-dasharray":
      dash.length === 0 ? undefined : dash.map((d) => svgNumber(d * width)).join(" "),
    "stroke-linecap": isDotted ? "round" : "butt",
  };
}

function linkStyle(
  link: Link,
  largestScore: number | undefined,
): { readonly stroke: string; readonly dash: readonly number[] } {
  if (link.mark !== "inside" || largestScore === undefined || link.score === undefined) {
    return MARK_STYLES[link.mark];
  }
  return SIGN_STYLES[signOf(link)!];
}

function linkWidth({ mark, score }: Link, largestScore: number | undefined): number {
  return mark === "trueNegative" ? 1 : scoreWidth(score, largestScore);
}

/** How wide the line of a score is, in user units: 1.6 to 6 by |score|; 2.4 without any scores. */
export function scoreWidth(score: number | undefined, largestScore: number | undefined): number {
  if (largestScore === undefined) return 2.4;
  if (score === undefined || largestScore === 0) return THINNEST;
  return THINNEST + (WIDEST - THINNEST) * Math.min(1, Math.abs(score) / largestScore);
}

/** The sign of what was measured: of the effect, where the score is its size. */
export function signOf({ score, effect = score }: Link): "positive" | "negative" | undefined {
  if (effect === undefined) return undefined;
  return effect < 0 ? "negative" : "positive";
}

function linkTitle({ text, mark, score, effect }: Link, scoreName: string): string {
  const what = MARK_STYLES[mark].label;
  const arrow = text.replace("->", " → ");
  if (score === undefined) return `${arrow}: ${what}`;
  const measured = effect === undefined ? "" : ` (effect ${formatNumber(effect)})`;
  return `${arrow}: ${what}, ${scoreName} ${formatNumber(score)}${measured}`;
}

/** The `d` of a line through the points, vertical at each; stops `headLength` before the last one. */
export function linkPath(points: readonly Point[], headLength: number): string {
  const at = ({ x, y }: Point) => `${svgNumber(x)} ${svgNumber(y)}`;
  const last = points.length - 1;
  let path = `M${at(points[0]!)}`;
  for (let i = 1; i <= last; i++) {
    const from = points[i - 1]!;
    const to = i === last ? { x: points[i]!.x, y: points[i]!.y + headLength } : points[i]!;
    if (Math.abs(from.x - to.x) < 0.01) path += `V${svgNumber(to.y)}`;
    else {
      const middle = (from.y + to.y) / 2;
      path += `C${at({ x: from.x, y: middle })} ${at({ x: to.x, y: middle })} ${at(to)}`;
    }
  }
  return path;
}

/** The `d` of the head of a line that ends at a point, and how long it is. */
export function arrowhead(
  tip: Point,
  width: number,
): { readonly path: string; readonly length: number } {
  const length = 5 + width;
  const half = 2.2 + width * 0.75;
  const [x, y] = [tip.x, tip.y + 1];
  const corners = [
    [x, y],
    [x + half, y + length],
    [x - half, y + length],
  ];
  return {
    path: `M${corners.map((corner) => corner.map(svgNumber).join(" ")).join("L")}Z`,
    length,
  };
}

/** The rectangle of a box with its name, its mark's badge, and the letters of its inputs. */
export function boxElements(
  { box, left, top, width, x, isBar }: BoxShape,
  mark: Mark,
  hasPorts: boolean,
): string[] {
  const style = MARK_STYLES[mark];
  const isQuiet = mark === "trueNegative" || mark === "outside";
  const strokeWidth = isQuiet ? 1 : 1.8;
  const showPorts = hasPorts && box.place.kind === "head" && !isQuiet;
  return [
    element("rect", {
      x: left,
      y: top,
      width,
      height: SIZES.boxHeight,
      rx: isBar ? 8 : 6,
      fill: style.fill,
      ...linkStroke(style.stroke, style.dash, strokeWidth),
    }),
    textElement(
      "text",
      {
        x,
        y: top + (showPorts ? 14 : 19.5),
        "text-anchor": "middle",
        "font-weight": isQuiet ? undefined : 600,
        fill: style.text,
      },
      box.id,
    ),
    ...(showPorts ? portLetters(x, top) : []),
    ...(mark === "inside" ? [] : badge(mark, left + width, top)),
  ];
}

function portLetters(x: number, top: number): string[] {
  return (["q", "k", "v"] as const).map((port) =>
    textElement(
      "text",
      {
        x: x + PORT_OFFSETS[port],
        y: top + SIZES.boxHeight - 4,
        "text-anchor": "middle",
        "font-size": 10,
        "font-weight": 600,
        fill: PORT_COLOURS[port],
      },
      port,
    ),
  );
}

/** The round badge of a mark, centred at a point: a check, a plus, a minus; nothing for the others. */
export function badge(mark: Mark, x: number, y: number): string[] {
  const glyph = BADGES[mark];
  if (glyph === undefined) return [];
  const { stroke } = MARK_STYLES[mark];
  return [
    element("circle", { cx: x, cy: y, r: 7, fill: stroke, stroke: "#ffffff", "stroke-width": 1.5 }),
    element("path", {
      d: glyph,
      transform: `translate(${svgNumber(x)} ${svgNumber(y)})`,
      fill: "none",
      stroke: "#ffffff",
      "stroke-width": 1.8,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  ];
}

const BADGES: Readonly<Partial<Record<Mark, string>>> = {
  truePositive: "M-3 0.2L-0.8 2.4L3.2 -2.2",
  falsePositive: "M-3 0H3M0 -3V3",
  falseNegative: "M-3 0H3",
};
