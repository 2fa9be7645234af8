import type { Mark } from "./picture.ts";

/**
 * How a mark looks. Colour is never the only sign: every mark has its own line pattern and glyph,
 * and the colours differ in lightness and for red-green blind readers (after Okabe & Ito 2008).
 */
export interface MarkStyle {
  /** In legends: `true positive`. */
  readonly label: string;
  readonly stroke: string;
  readonly fill: string;
  readonly text: string;
  /** The pattern of lines and outlines, in multiples of the line width; empty is solid. */
  readonly dash: readonly number[];
  /** The glyph in terminals; in drawings the same is drawn as a badge. */
  readonly glyph: "✓" | "+" | "−" | "·" | "●";
}

export const MARK_STYLES: Readonly<Record<Mark, MarkStyle>> = {
  truePositive: {
    label: "true positive",
    stroke: "#00875f",
    fill: "#dff3ea",
    text: "#0b3d2c",
    dash: [],
    glyph: "✓",
  },
  falsePositive: {
    label: "false positive",
    stroke: "#c8321a",
    fill: "#fde8e2",
    text: "#5f1508",
    dash: [0.01, 2.2],
    glyph: "+",
  },
  falseNegative: {
    label: "false negative",
    stroke: "#1f2937",
    fill: "#ffffff",
    text: "#1f2937",
    dash: [3.2, 2.2],
    glyph: "−",
  },
  trueNegative: {
    label: "true negative",
    stroke: "#d3d7de",
    fill: "#ffffff",
    text: "#6b7280",
    dash: [],
    glyph: "·",
  },
  inside: {
    label: "in the circuit",
    stroke: "#3b4a63",
    fill: "#e6ecf5",
    text: "#1b2536",
    dash: [],
    glyph: "●",
  },
  outside: {
    label: "not in the circuit",
    stroke: "#d3d7de",
    fill: "#ffffff",
    text: "#6b7280",
    dash: [],
    glyph: "·",
  },
};

/** Lines by the sign of their score, where no truth is given. */
export const SIGN_STYLES = {
  positive: { label: "positive", stroke: "#2166ac", dash: [] },
  negative: { label: "negative", stroke: "#b2182b", dash: [4, 1.6] },
} as const;

/** A head's query, key and value inputs; each also has its letter. */
export const PORT_COLOURS = { q: "#a21caf", k: "#15803d", v: "#1d4ed8" } as const;
