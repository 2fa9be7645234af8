import { printable } from "../../errors/index.ts";
import {
  type Column,
  formatDuration,
  formatFacts,
  formatPercent,
  type Style,
} from "../../report/index.ts";
import type { ValidationAccuracy } from "../../training/index.ts";
import type { JsonDocument } from "../document.ts";
import { listOf, type TrainingDocument } from "../plans/training-document.ts";

const asResult = (document: JsonDocument) => document as unknown as TrainingDocument;

const metricOf = (name: ValidationAccuracy) => (document: JsonDocument) =>
  formatPercent(asResult(document).metrics[name]);

/** Several runs as a table. */
export const trainingColumns: readonly Column<JsonDocument>[] = [
  { heading: "epochs", value: ({ epochs }) => Number(epochs) },
  { heading: "ended", value: ({ end }) => String(end) },
  { heading: "accuracy", value: metricOf("accuracy"), align: "right" },
  { heading: "IIA", value: metricOf("iia"), align: "right" },
  { heading: "strict", value: metricOf("strictAccuracy"), align: "right" },
  { heading: "joint", value: metricOf("jointStrictAccuracy"), align: "right" },
];

/** How a run ended, for people. */
function endText({ end, goal }: TrainingDocument): string {
  if (goal == null) return "trained to the end";
  if (goal.reached) return `${listOf(goal.accuracies)} reached ${goal.percent}%`;
  const why = end === "stalled" ? "no progress any more" : "nothing left to train";
  return `${why}, but ${listOf(goal.missed) || "no validation"} below ${goal.percent}%`;
}

/** What is said of a finished run besides its numbers. */
export interface TrainingWords {
  /** What was done to the case: `Trained`. */
  readonly title: string;
  /** Further facts. */
  readonly facts?: readonly (readonly [name: string, value: string])[];
  /** The line that goes on from it. */
  readonly next: string;
}

/** A finished run for people. */
export function trainingText(
  document: JsonDocument,
  { title, facts = [], next }: TrainingWords,
  style: Style,
): string {
  const result = asResult(document);
  const { case: id, epochs, steps, best, metrics, recoveries } = result;
  const isLast = best === null || best.step === steps;
  return [
    `${style.bold(`${title} case ${printable(id)}`)}: ${endText(result)} after ${epochs} epochs, ${steps} steps\n`,
    formatFacts(
      [
        ["accuracy", formatPercent(metrics.accuracy)],
        ["IIA", formatPercent(metrics.iia)],
        ["strict accuracy", formatPercent(metrics.strictAccuracy)],
        ["joint strict accuracy", formatPercent(metrics.jointStrictAccuracy)],
        ["loss", metrics.loss],
        ...facts,
        ...(isLast ? [] : [["kept weights", `the best ones, after ${best.step} steps`] as const]),
        ...(recoveries.length === 0 ? [] : [["went back", `${recoveries.length} times`] as const]),
        ["time", formatDuration(Number(document.seconds))],
        ["folder", String(document.folder)],
      ],
      style,
    ),
    `${style.dim("Next:")} ${next}\n`,
  ].join("\n");
}
