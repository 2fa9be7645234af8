import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { Game } from "../../engine/methods/game.ts";
import type { Numbers } from "../../engine/methods/run.ts";
import type { SubjectProps } from "../contract.ts";
import { idsOf } from "../input/text.ts";
import { CHANGED, type OutputRow, RIGHT, WRONG } from "../output-table.ts";
import { agree, modelOutputs, saidOutputs, textsOf } from "../outputs.ts";
import { labelOf } from "./words.ts";

/** What was run in a round. */
export interface PlayedRound {
  readonly input: readonly TokenFacts[];
  readonly before: Numbers;
  readonly other: Numbers;
  readonly after: Numbers;
  /** What each choice would do. */
  readonly choices: readonly Numbers[];
}

/** Runs the model on both inputs and with the nodes exchanged, and the program with each of the choices. */
export async function playedRound(
  { engine, subject }: SubjectProps,
  nodes: readonly string[],
  [input, source]: readonly [readonly TokenFacts[], readonly TokenFacts[]],
): Promise<PlayedRound> {
  const facts = subject.case!;
  const { ref: model } = subject.model;
  const [tokens, other] = [idsOf(facts, input), idsOf(facts, source)];
  const [{ before, after }, { logits }, choices] = await Promise.all([
    engine.call("intervene", {
      model,
      tokens,
      parts: { nodes },
      carried: { kind: "input", tokens: other },
    }),
    engine.call("run", { model, tokens: [other] }),
    engine.call("choiceOutputs", { model, tokens, other }),
  ]);
  return { input, before, after, other: logits, choices };
}

/** What the model and, if they are shown, the choices make of a round, by output. */
export function roundRows(
  facts: CaseFacts,
  round: PlayedRound,
  { choices }: Game,
  what: string,
  areChoicesShown: boolean,
): readonly OutputRow[] {
  const before = modelOutputs(facts, round.before);
  const after = modelOutputs(facts, round.after);
  const rows: OutputRow[] = [
    { title: "the model", texts: textsOf(before) },
    { title: "the model on the other input", texts: textsOf(modelOutputs(facts, round.other)) },
    {
      title: `the model, ${what} as on the other input`,
      texts: textsOf(after),
      signs: (i) => (agree(after[i]!, before[i]!) ? undefined : CHANGED),
    },
  ];
  if (!areChoicesShown) return rows;
  return [
    ...rows,
    ...choices.map(({ labels }, choice): OutputRow => {
      const said = saidOutputs(facts, round.choices[choice]!);
      return {
        title: `the program, ${labels.length === 0 ? "as it is" : `${labelOf(labels)} exchanged`}`,
        texts: textsOf(said),
        signs: (i) => (agree(said[i]!, after[i]!) ? RIGHT : WRONG),
      };
    }),
  ];
}
