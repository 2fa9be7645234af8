import { printable } from "../../errors/index.ts";
import { formatDuration, formatNumber } from "../number.ts";
import { cutText, type Style, styleOf } from "../terminal/style.ts";

/** Numbers that matter, by name: `{ loss: 0.01, IIA: 99.5 }`. */
export type ProgressNumbers = Readonly<Record<string, number | undefined>>;

/** How far a job is. */
export interface ProgressState {
  readonly name: string;
  /** What is counted: `epochs`, `edges`. */
  readonly unit: string;
  readonly done: number;
  /** `undefined` if it is not known when the job ends. */
  readonly total: number | undefined;
  /** Whether the job may end before all of it is done. */
  readonly mayEndEarly?: boolean;
  /** Of this run. */
  readonly seconds: number;
  /** Units per second of this run; `undefined` before the first. */
  readonly rate: number | undefined;
  readonly numbers: ProgressNumbers;
}

const BAR_WIDTH = 20;

/**
 * Seconds until the job ends at the present rate, at most where it may end early; `undefined` if total
 * or rate is unknown.
 */
export function secondsLeft({ done, total, rate }: ProgressState): number | undefined {
  if (total === undefined || rate === undefined || rate <= 0) return undefined;
  return Math.max(0, total - done) / rate;
}

/**
 * The state as one line without its end: name, bar, count, rate, time left, numbers. What does not
 * fit in `width` columns is left out: the bar first, then rate, numbers, time left and count.
 */
export function progressLine(
  state: ProgressState,
  width = Number.POSITIVE_INFINITY,
  style: Style = styleOf(false),
): string {
  const { name, done, total, unit, rate, numbers } = state;
  const left = secondsLeft(state);
  const atMost = state.mayEndEarly === true ? "at most " : "";
  const bar = total === undefined ? undefined : progressBar(total === 0 ? 1 : done / total);
  const parts: { text: string; paint: (text: string) => string; priority: number }[] = [
    { text: printable(name), paint: style.bold, priority: 0 },
    ...(bar === undefined ? [] : [{ text: bar, paint: style.green, priority: 5 }]),
    {
      text: `${formatNumber(done, 3)}${total === undefined ? "" : `/${total}`} ${unit}`,
      paint: String,
      priority: 1,
    },
    ...(rate === undefined
      ? []
      : [{ text: `${formatNumber(rate, 3)}/s`, paint: style.dim, priority: 4 }]),
    ...(left === undefined
      ? []
      : [{ text: `${atMost}${formatDuration(left)} left`, paint: style.dim, priority: 2 }]),
    ...(Object.keys(numbers).length === 0
      ? []
      : [{ text: numbersText(numbers), paint: String, priority: 3 }]),
  ];
  const length = () => parts.reduce((sum, { text }) => sum + [...text].length + 2, -2);
  while (length() > width && parts.length > 1) {
    const least = parts.reduce((a, b) => (b.priority > a.priority ? b : a));
    parts.splice(parts.indexOf(least), 1);
  }
  return parts.map(({ text, paint }) => paint(cutText(text, width))).join("  ");
}

/** `loss 0.0123  IIA 99.5`. */
export function numbersText(numbers: ProgressNumbers): string {
  return Object.entries(numbers)
    .map(([name, value]) => `${printable(name)} ${formatNumber(value)}`)
    .join("  ");
}

function progressBar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  return "━".repeat(filled) + "─".repeat(BAR_WIDTH - filled);
}
