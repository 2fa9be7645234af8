import type { Ranked } from "./discovery.ts";
import type { SelectionFacts } from "./selected-circuit.ts";
import type { Setting } from "./settings.ts";

/** A circuit of nothing, or of everything. */
export interface Extreme {
  readonly kept: "nothing" | "everything";
  readonly setting: Setting;
  readonly selection: SelectionFacts;
  readonly ranks: Ranked;
  /** What the numbers that rank are: `size of the effect`. */
  readonly rankedBy: string;
  /** How numbers are written. */
  readonly format: (x: number) => string;
}

/**
 * Why nothing or everything was found, and which values of options would have found something; the
 * names of options in `backticks`. `undefined` if there is nothing to say.
 */
export type Advice = (found: Extreme) => string | undefined;

/** Advice on a threshold above which scores are kept. */
export const thresholdAdvice: Advice = ({ kept, setting, selection, ranks, rankedBy, format }) => {
  if (setting.name !== "threshold") return undefined;
  const threshold = setting.value;
  const { smallest, largest } = selection;
  const one = ranks.slice(0, -1);
  if (kept === "everything") {
    return `Everything is kept: the smallest ${rankedBy} is ${format(smallest)}, and the threshold ${threshold}. Thresholds above ${format(smallest)} remove at least one ${one}.`;
  }
  if (largest > threshold) {
    return `Nothing is kept: no ${one} above the threshold leads to the output.`;
  }
  return largest > 0
    ? `Nothing is kept: the largest ${rankedBy} is ${format(largest)}, below the threshold ${threshold}. A smaller one keeps at least one ${one}: \`threshold\` ${roundDown(largest / 2)}.`
    : `Nothing is kept: no ${rankedBy} is above ${format(largest)}. Do clean and corrupted inputs differ, and the outputs with them?`;
};

/** A short number of at most x. */
function roundDown(x: number): number {
  const unit = 10 ** Math.floor(Math.log10(x));
  return Number((Math.floor(x / unit) * unit).toPrecision(1));
}
