import { formatNumber } from "../../../src/report/index.ts";
import type { SubjectProps } from "../contract.ts";
import { el } from "../dom.ts";
import type { CircuitFacts, Detail } from "./facts.ts";
import { LENSES, type Lens, type Selection, type Shown } from "./selection.ts";
import { type ReadState, STATE } from "./state.ts";

const LENS_LABELS: Readonly<Record<Lens, string>> = {
  difference: "found and true",
  found: "found",
  truth: "true",
};

const DETAIL_LABELS: Readonly<Record<Detail, string>> = { merged: "heads", qkv: "q, k, v" };

/** Lens, detail and threshold. */
export function controlPanel(facts: CircuitFacts, onState: SubjectProps["onState"]) {
  const { ranking, truth } = facts;
  const lens = choices("What is shown", LENSES, LENS_LABELS, (value) =>
    onState({ [STATE.lens]: value === "difference" ? undefined : value }),
  );
  const detail = choices("Detail", ["merged", "qkv"], DETAIL_LABELS, (value) =>
    onState({ [STATE.detail]: value === "merged" ? undefined : value }),
  );
  const thresholds = ranking?.thresholds ?? [];
  const slider = el("input", { type: "range", min: 0, max: Math.max(0, thresholds.length - 1) });
  const output = el("output", {});
  const moveTo = (step: number) => {
    const value = thresholds[Math.min(thresholds.length - 1, Math.max(0, step))];
    if (value !== undefined) onState({ [STATE.threshold]: thresholdText(value) });
  };
  slider.addEventListener("input", () => moveTo(Number(slider.value)));
  const threshold = el("label", { class: "circuit-threshold" }, [
    ranking === undefined ? "" : `threshold of ${ranking.name}`,
    slider,
    output,
  ]);
  const root = el("div", { class: "circuit-controls" }, [
    ...(truth === undefined || (ranking === undefined && facts.found === undefined)
      ? []
      : [lens.root]),
    detail.root,
    ...(ranking === undefined ? [] : [threshold]),
  ]);
  return {
    root,
    step: (by: 1 | -1) => moveTo(Number(slider.value) + by),
    show(state: ReadState, { size }: Selection) {
      lens.show(state.lens);
      detail.show(state.detail);
      if (ranking === undefined) return;
      slider.value = String(stepOf(state.shown, thresholds, size, facts));
      const at = state.shown.kind === "above" ? thresholdShown(state.shown.threshold) : "as found";
      output.textContent = `${at} · ${size} ${size === 1 ? "edge" : "edges"}`;
      slider.setAttribute("aria-valuetext", output.textContent);
    },
  };
}

const thresholdText = (value: number) =>
  value === Number.NEGATIVE_INFINITY ? "all" : String(value);
const thresholdShown = (value: number) =>
  value === Number.NEGATIVE_INFINITY ? "all" : `> ${formatNumber(value)}`;

/** Where the slider is: at the threshold, or where there are as many edges as in the circuit. */
function stepOf(
  shown: Shown,
  thresholds: readonly number[],
  size: number,
  { ranking }: CircuitFacts,
): number {
  if (shown.kind === "above") {
    const at = thresholds.findIndex((value) => value <= shown.threshold);
    return at === -1 ? thresholds.length - 1 : at;
  }
  const sorted = [...(ranking?.by.qkv.values() ?? [])].map(Math.fround).sort((a, b) => b - a);
  const next = sorted[size];
  return next === undefined ? thresholds.length - 1 : thresholds.indexOf(next);
}

/** One of several, as a row of buttons that are radio buttons to the keyboard. */
function choices<T extends string>(
  legend: string,
  values: readonly T[],
  labels: Readonly<Record<T, string>>,
  onChoice: (value: T) => void,
) {
  const name = `${legend}-${Math.random().toString(36).slice(2)}`;
  const inputs = values.map((value) => {
    const input = el("input", { type: "radio", name, value });
    input.addEventListener("change", () => onChoice(value));
    return input;
  });
  const root = el("fieldset", {}, [
    el("legend", { class: "unseen" }, [legend]),
    ...values.map((value, i) => el("label", { class: "choice" }, [inputs[i]!, labels[value]])),
  ]);
  return {
    root,
    show(value: T) {
      for (const input of inputs) input.checked = input.value === value;
    },
  };
}
