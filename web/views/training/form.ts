import { el } from "../dom.ts";
import type { Wanted } from "./run.ts";

const BASES: readonly (readonly [Wanted["base"], string])[] = [
  ["fast", "fast, in seconds"],
  ["case", "the case's own"],
  ["original", "the original's"],
];

/** Strict weights that show something: none, the original's, the fast recipe's, and too much. */
const WEIGHTS = [0, 0.16, 1, 4] as const;

/** What a form is told. */
export interface FormActions {
  readonly onWanted: (wanted: Wanted) => void;
  readonly onTrain: () => void;
  readonly onStop: () => void;
  readonly onResume: () => void;
}

/** Where the training is, for the buttons. */
export type Phase = "idle" | "busy" | "stopped";

/** The controls of trainings. */
export interface TrainForm {
  readonly root: HTMLElement;
  show(wanted: Wanted, phase: Phase): void;
  progress(step: number, total: number | undefined): void;
  say(text: string): void;
}

export function trainForm({ onWanted, onTrain, onStop, onResume }: FormActions): TrainForm {
  const base = el(
    "select",
    {},
    BASES.map(([value, text]) => el("option", { value }, [text])),
  );
  const strict = el("input", { type: "number", min: 0, step: "any", class: "narrow" });
  const seed = el("input", { type: "number", min: 0, step: 1, class: "narrow" });
  const presets = WEIGHTS.map((weight) =>
    el("button", { type: "button", class: "chip" }, [String(weight)]),
  );
  const train = el("button", { type: "submit", class: "strong" }, ["Train"]);
  const stop = el("button", { type: "button", class: "quiet" }, ["Stop"]);
  const resume = el("button", { type: "button", class: "quiet" }, ["Go on"]);
  const bar = el("progress", { max: 1, value: 0, "aria-label": "Training" });
  const count = el("span", { class: "count" });
  const said = el("p", { class: "training-said", role: "status" });
  const form = el("form", { class: "controls training-form" }, [
    el("label", {}, ["Recipe ", base]),
    el("label", {}, ["Strict weight ", strict]),
    el(
      "span",
      { class: "chips training-presets", role: "group", "aria-label": "Strict weights to try" },
      presets,
    ),
    el("label", {}, ["Seed ", seed]),
    train,
    stop,
    resume,
    bar,
    count,
  ]);
  let wanted: Wanted = { base: "fast", strictWeight: undefined, seed: 0 };
  const numberOf = ({ value, validity }: HTMLInputElement) =>
    value === "" || !validity.valid ? undefined : Number(value);
  const read = () => {
    const chosen = BASES.find(([value]) => value === base.value)![0];
    onWanted({ base: chosen, strictWeight: numberOf(strict), seed: numberOf(seed) ?? 0 });
  };
  for (const input of [base, strict, seed]) input.addEventListener("change", read);
  for (const [i, preset] of presets.entries()) {
    preset.addEventListener("click", () => onWanted({ ...wanted, strictWeight: WEIGHTS[i]! }));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    read();
    onTrain();
  });
  stop.addEventListener("click", onStop);
  resume.addEventListener("click", onResume);
  return {
    root: el("div", {}, [form, said]),
    show(next, phase) {
      wanted = next;
      base.value = next.base;
      strict.value = next.strictWeight === undefined ? "" : String(next.strictWeight);
      strict.placeholder = "recipe's";
      seed.value = String(next.seed);
      for (const [i, preset] of presets.entries()) {
        preset.setAttribute("aria-pressed", String(next.strictWeight === WEIGHTS[i]));
      }
      train.hidden = phase === "busy";
      stop.hidden = phase !== "busy";
      resume.hidden = phase !== "stopped";
      bar.hidden = phase !== "busy";
      count.hidden = phase !== "busy";
    },
    progress(step, total) {
      bar.value = total === undefined ? 0 : step / total;
      count.textContent = `${step}${total === undefined ? "" : ` of at most ${total}`} updates`;
    },
    say(text) {
      said.textContent = text;
    },
  };
}
