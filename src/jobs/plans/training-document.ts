import { InterpBenchError } from "../../errors/index.ts";
import { formatPercent } from "../../report/index.ts";
import {
  countingAccuracies,
  type EpochRecord,
  missedAccuracies,
  type Recipe,
  type TrainingResult,
  type ValidationAccuracy,
} from "../../training/index.ts";
import type { JsonDocument } from "../document.ts";
import type { caseMembers } from "./case-members.ts";

/** The sum of weighted losses. */
export const lossOf = ({ iit, strict, behavior }: EpochRecord["trainLosses"]): number =>
  iit + strict + behavior;

/** What a run was to reach, in a document: `null` where it was only to train. */
interface Goal {
  /** What every one of the accuracies has to reach, per cent. */
  readonly percent: number;
  /** The accuracies that count; null before any validation. */
  readonly accuracies: readonly ValidationAccuracy[];
  readonly reached: boolean;
  /** Those of the kept weights that are below. */
  readonly missed: readonly ValidationAccuracy[];
  /** What may help; options and their values in `backticks`. */
  readonly hint: string | null;
}

/** What may help a run that did not reach its goal, by its recipe. */
function adviceFor({ sourceGradient, joint, updates }: Recipe): string {
  const longer = updates === undefined ? "epochs" : "updates";
  const recipe = sourceGradient && joint ? "" : "`recipe: fast`, ";
  return `Try ${recipe}more \`${longer}\` or another \`seed\`; docs/training.md says more. \`earlyStop: false\` trains without a goal.`;
}

function goalOf(recipe: Recipe, { end, best }: TrainingResult, hint: string): Goal | null {
  if (!recipe.earlyStop) return null;
  const reached = end === "reached";
  return {
    percent: recipe.earlyStopAccuracy,
    accuracies: best === undefined ? [] : countingAccuracies(recipe, best.validation),
    reached,
    missed: best === undefined ? [] : missedAccuracies(recipe, best.validation),
    hint: reached ? null : hint,
  };
}

/**
 * The document of a finished run. Metrics are those of the kept weights; `hint` is what may help one that
 * did not reach its goal.
 */
export function trainingDocument(
  facts: ReturnType<typeof caseMembers>,
  recipe: Recipe,
  result: TrainingResult,
  hint: string = adviceFor(recipe),
) {
  const { end, best, state } = result;
  const { iitWeight, behaviorWeight, strictWeight } = recipe;
  return {
    ...facts,
    epochs: state.epoch,
    stoppedEarly: end === "reached" || end === "stalled",
    end,
    goal: goalOf(recipe, result, hint),
    steps: state.step,
    best: best === undefined ? null : { epoch: best.epoch, step: best.steps },
    weights: { iitWeight, behaviorWeight, strictWeight },
    metrics: {
      accuracy: best?.validation.accuracy,
      iia: best?.validation.iia,
      strictAccuracy: best?.validation.strictAccuracy,
      jointStrictAccuracy: best?.validation.jointStrictAccuracy,
      loss: best === undefined ? undefined : lossOf(best.trainLosses),
    },
    recoveries: state.recoveries,
  };
}

/** The document of a training run. */
export type TrainingDocument = ReturnType<typeof trainingDocument>;

const NAMES: Readonly<Record<ValidationAccuracy, string>> = {
  accuracy: "accuracy",
  iia: "IIA",
  strictAccuracy: "strict accuracy",
  jointStrictAccuracy: "joint strict accuracy",
};

/** Accuracies in words: `accuracy, IIA and strict accuracy`. */
export function listOf(names: readonly ValidationAccuracy[]): string {
  const texts = names.map((name) => NAMES[name]);
  return [texts.slice(0, -1).join(", "), ...texts.slice(-1)].filter((x) => x !== "").join(" and ");
}

const asResult = (document: JsonDocument) => document as unknown as TrainingDocument;

/** `E_NOT_REACHED` for the document of a run that ended before its goal. */
export function goalFailure(document: JsonDocument): InterpBenchError | undefined {
  const { goal, metrics } = asResult(document);
  if (goal == null || goal.reached) return undefined;
  const received = goal.accuracies.map((name) => `${NAMES[name]} ${formatPercent(metrics[name])}`);
  return new InterpBenchError("E_NOT_REACHED", "training ended before its goal", {
    expected: `at least ${goal.percent} %${goal.accuracies.length > 0 ? ` ${listOf(goal.accuracies)}` : ""}`,
    received: received.join(", ") || "no validation",
    ...(goal.hint === null ? {} : { hint: goal.hint }),
  });
}
