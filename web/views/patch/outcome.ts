import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { IntervenedRun } from "../../engine/methods/intervene.ts";
import type { Numbers } from "../../engine/methods/run.ts";
import {
  CHANGED,
  countedPositions,
  type OutputRow,
  outputPicture,
  outputTable,
  RIGHT,
  WRONG,
} from "../output-table.ts";
import { agree, modelOutputs, saidOutputs, textsOf } from "../outputs.ts";

/** What came of an intervention. */
export interface Outcome {
  readonly facts: CaseFacts;
  readonly input: readonly TokenFacts[];
  /** What was done, in words: `a1.2 as on the other input`. */
  readonly done: string;
  readonly run: IntervenedRun;
  /** Logits on the other input, where values come from there. */
  readonly other: Numbers | undefined;
}

/** The rows of an outcome as texts. */
export function outcomeRows({ facts, done, run, other }: Outcome): readonly OutputRow[] {
  const before = modelOutputs(facts, run.before);
  const after = modelOutputs(facts, run.after);
  const { program } = run;
  const predicted =
    program?.after.kind === "outputs" ? saidOutputs(facts, program.after.outputs) : undefined;
  return [
    { title: "the model", texts: textsOf(before) },
    ...(other === undefined
      ? []
      : [{ title: "the model on the other input", texts: textsOf(modelOutputs(facts, other)) }]),
    {
      title: `the model, ${done}`,
      texts: textsOf(after),
      signs: (i) => (agree(after[i]!, before[i]!) ? undefined : CHANGED),
    },
    ...(program === undefined
      ? []
      : [{ title: "the program", texts: textsOf(saidOutputs(facts, program.before)) }]),
    ...(predicted === undefined
      ? []
      : [
          {
            title: "the program, under the same",
            texts: textsOf(predicted),
            signs: (i: number) => (agree(predicted[i]!, after[i]!) ? RIGHT : WRONG),
          },
        ]),
  ];
}

/** At how many of the positions that count the model does what the program says; `undefined` if it says nothing. */
export function agreementOf({ facts, run }: Outcome) {
  const { program } = run;
  if (program?.after.kind !== "outputs") return undefined;
  const after = modelOutputs(facts, run.after);
  const predicted = saidOutputs(facts, program.after.outputs);
  const counted = countedPositions(facts, after.length);
  const agreeing = [...counted].filter((i) => agree(after[i]!, predicted[i]!));
  return { labels: program.after.labels, agreeing: agreeing.length, counted: counted.size };
}

/** The outputs before and after, and what the program says, side by side. */
export const outcomeTable = (outcome: Outcome): HTMLElement =>
  outputTable(outcome.facts, outcome.input, outcomeRows(outcome));

/** The same as SVG. */
export const outcomePicture = (outcome: Outcome): string =>
  outputPicture(`Outputs: ${outcome.done}`, outcome.facts, outcome.input, outcomeRows(outcome));
