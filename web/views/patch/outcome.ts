import { keptPositions } from "../../../src/transformer/index.ts";
import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { IntervenedRun } from "../../engine/methods/intervene.ts";
import type { Numbers } from "../../engine/methods/run.ts";
import { el } from "../dom.ts";
import { agree, outputTexts, saidTexts } from "../outputs.ts";

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

/** A row of outputs, `[pos]` without BOS. */
interface Row {
  readonly title: string;
  readonly texts: readonly string[];
  /** What a cell is compared with, and the sign and words where it differs, or agrees. */
  readonly signs?: (text: string, i: number) => Sign | undefined;
}

interface Sign {
  readonly kind: "changed" | "right" | "wrong";
  readonly sign: string;
  readonly words: string;
}

const CHANGED: Sign = { kind: "changed", sign: "≠", words: "changed" };
const RIGHT: Sign = { kind: "right", sign: "✓", words: "as the program says" };
const WRONG: Sign = { kind: "wrong", sign: "✗", words: "other than the program says" };

/** The rows of an outcome as texts. */
export function outcomeRows({ facts, done, run, other }: Outcome): readonly Row[] {
  const before = outputTexts(facts, run.before);
  const after = outputTexts(facts, run.after);
  const { program } = run;
  const predicted =
    program?.after.kind === "outputs" ? saidTexts(facts, program.after.outputs) : undefined;
  return [
    { title: "the model", texts: before },
    ...(other === undefined
      ? []
      : [{ title: "the model on the other input", texts: outputTexts(facts, other) }]),
    {
      title: `the model, ${done}`,
      texts: after,
      signs: (text, i) => (agree(text, before[i]!) ? undefined : CHANGED),
    },
    ...(program === undefined
      ? []
      : [{ title: "the program", texts: saidTexts(facts, program.before) }]),
    ...(predicted === undefined
      ? []
      : [
          {
            title: "the program, under the same",
            texts: predicted,
            signs: (text: string, i: number) => (agree(text, after[i]!) ? RIGHT : WRONG),
          },
        ]),
  ];
}

/** At how many of the positions that count the model does what the program says; `undefined` if it says nothing. */
export function agreementOf({ facts, run }: Outcome) {
  const { program } = run;
  if (program?.after.kind !== "outputs") return undefined;
  const after = outputTexts(facts, run.after);
  const predicted = saidTexts(facts, program.after.outputs);
  const counted = countedIn(facts, after.length);
  const agreeing = [...counted].filter((i) => agree(after[i]!, predicted[i]!));
  return { labels: program.after.labels, agreeing: agreeing.length, counted: counted.size };
}

/** The positions that count, without BOS. */
function countedIn({ outputPositions }: CaseFacts, length: number): ReadonlySet<number> {
  const positions = length + 1;
  const facts = { positions, outputPositions: outputPositions as "all" };
  return new Set(keptPositions(facts).flatMap((position) => (position === 0 ? [] : position - 1)));
}

/** The outputs before and after, and what the program says, side by side. */
export function outcomeTable(outcome: Outcome): HTMLElement {
  const { facts, input } = outcome;
  const counted = countedIn(facts, input.length);
  const cell = (text: string, i: number, sign: Sign | undefined) => {
    const shown = counted.has(i) ? sign : undefined;
    return el(
      "td",
      { class: ["cell", shown?.kind ?? "", counted.has(i) ? "" : "uncounted"].join(" ").trim() },
      shown === undefined
        ? [text]
        : [
            text,
            el("span", { class: "sign", "aria-hidden": "true" }, [shown.sign]),
            el("span", { class: "unseen" }, [`, ${shown.words}`]),
          ],
    );
  };
  return el("table", { class: "outcome" }, [
    el("caption", { class: "unseen" }, ["Outputs before and after"]),
    el("thead", {}, [
      el("tr", {}, [
        el("th", { scope: "col" }, ["Outputs of"]),
        ...input.map(({ text }) => el("th", { scope: "col", class: "cell" }, [text])),
      ]),
    ]),
    el(
      "tbody",
      {},
      outcomeRows(outcome).map(({ title, texts, signs }) =>
        el("tr", {}, [
          el("th", { scope: "row" }, [title]),
          ...texts.map((text, i) => cell(text, i, signs?.(text, i))),
        ]),
      ),
    ),
  ]);
}
