import "./game.css";
import { parseNode } from "../../../src/circuit/index.ts";
import { boxOfNode } from "../../../src/report/index.ts";
import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { Game } from "../../engine/methods/game.ts";
import type { Numbers } from "../../engine/methods/run.ts";
import type { Mount, SubjectProps, View } from "../contract.ts";
import { el, messageOf, reachIfScrolled } from "../dom.ts";
import { inputPanel } from "../input/panel.ts";
import { formatInput, idsOf, parseInput, tokensOf } from "../input/text.ts";
import { latestCalls } from "../latest.ts";
import {
  CHANGED,
  type OutputRow,
  outputPicture,
  outputTable,
  RIGHT,
  WRONG,
} from "../output-table.ts";
import { agree, outputTexts, saidTexts } from "../outputs.ts";
import { chanceOf, isRight, readState, STATE, scoreOf, seedOf } from "./state.ts";

/** What was run in a round. */
interface Shown {
  readonly input: readonly TokenFacts[];
  readonly before: Numbers;
  readonly other: Numbers;
  readonly after: Numbers;
  /** What each choice would do. */
  readonly choices: readonly Numbers[];
}

/** Which variable does this node hold? A guess by interchange interventions, with the answer known. */
export const mountGame: Mount<SubjectProps> = (element, first) => {
  const { subject, engine } = first;
  const facts = subject.case!;
  const { model } = subject;
  let props = first;
  let game: Game | undefined;
  let shown: Shown | undefined;
  const call = latestCalls();

  const keep = (changes: Parameters<SubjectProps["onState"]>[0]) => props.onState(changes);
  const inputs = inputPanel(facts, engine, ["Input", "Other input"], keep, [
    STATE.input,
    STATE.other,
  ]);
  const question = el("h3", {}, ["Which variable does a node hold?"]);
  const table = el("div", { class: "scrolls" });
  const choices = el("div", { class: "game-choices", role: "group", "aria-label": "Variables" });
  const verdict = el("p", { class: "game-verdict", role: "status" });
  const score = el("p", { class: "note" });
  const hint = el("input", { type: "checkbox" });
  hint.addEventListener("change", () => keep({ [STATE.hint]: hint.checked ? "on" : undefined }));
  const next = el("button", { type: "button", class: "strong" }, ["Next"]);
  const again = el("button", { type: "button", class: "quiet" }, ["Begin anew"]);
  const fresh = { [STATE.input]: undefined, [STATE.other]: undefined };
  next.addEventListener("click", () => {
    if (game === undefined) return;
    const { round } = readState(props.state, game);
    keep({ ...fresh, [STATE.round]: String(round + 1) });
  });
  again.addEventListener("click", () =>
    keep({
      ...fresh,
      [STATE.round]: undefined,
      [STATE.answers]: undefined,
      [STATE.seed]: String(seedOf(props.state) + 1),
    }),
  );
  element.append(
    el("div", { class: "game-view" }, [
      question,
      inputs.root,
      table,
      el("p", {}, [
        el("label", { class: "game-hint" }, [hint, " Show what each variable would do"]),
      ]),
      choices,
      verdict,
      el("p", {}, [next, " ", again]),
      score,
    ]),
  );

  const boxOf = (node: string) => boxOfNode(parseNode(node), model.config);
  const labelOf = (labels: readonly string[]) =>
    labels.length === 0 ? "none of them" : labels.join(" and ");

  const inputsOf = (found: Game) => {
    const { inputs: drawn } = found.rounds[readState(props.state, found).round]!;
    return [STATE.input, STATE.other].map(
      (name, i) => parseInput(facts, props.state[name]) ?? tokensOf(facts, drawn[i]!),
    ) as [readonly TokenFacts[], readonly TokenFacts[]];
  };

  const run = async (isOther: boolean) => {
    const isLatest = call();
    try {
      const seed = seedOf(props.state);
      const made = isOther ? undefined : game;
      const asked = made ?? (await engine.call("game", { model: model.ref, seed }));
      if (!isLatest()) return;
      game = asked;
      const found = await shownOf(asked);
      if (!isLatest()) return;
      shown = found;
      show();
    } catch (error) {
      if (!isLatest()) return;
      verdict.textContent = messageOf(error);
    }
  };

  const shownOf = async (found: Game): Promise<Shown> => {
    const [input, other] = inputsOf(found);
    inputs.show([input, other]);
    const { nodes } = found.rounds[readState(props.state, found).round]!;
    const [tokens, others] = [idsOf(facts, input), idsOf(facts, other)];
    const ref = model.ref;
    const [exchanged, source, said] = await Promise.all([
      engine.call("intervene", {
        model: ref,
        tokens,
        parts: { nodes },
        carried: { kind: "input", tokens: others },
      }),
      engine.call("run", { model: ref, tokens: [others] }),
      engine.call("choiceOutputs", { model: ref, tokens, other: others }),
    ]);
    const { before, after } = exchanged;
    return { input, before, after, other: source.logits, choices: said };
  };

  const nodesOf = (found: Game) =>
    found.rounds[readState(props.state, found).round]!.nodes.map(boxOf).join(" and ");
  const questionOf = (found: Game) => {
    const { round } = readState(props.state, found);
    return `Round ${round + 1} of ${found.rounds.length}: which variable does ${nodesOf(found)} hold?`;
  };
  const shownRows = (found: Game, seen: Shown) => {
    const { round, answers, isHinted } = readState(props.state, found);
    return rowsOf(facts, seen, found, nodesOf(found), isHinted || answers[round] !== undefined);
  };

  const show = () => {
    if (game === undefined || shown === undefined) return;
    const found = game;
    const { round, answers, isHinted } = readState(props.state, found);
    const { answer } = found.rounds[round]!;
    const chosen = answers[round];
    question.textContent = questionOf(found);
    hint.checked = isHinted;
    table.replaceChildren(outputTable(facts, shown.input, shownRows(found, shown)));
    reachIfScrolled(table, "outputs");
    choices.replaceChildren(
      ...found.choices.map(({ labels }, i) => {
        const button = el(
          "button",
          { type: "button", class: "chip", "aria-pressed": String(chosen === i) },
          [labelOf(labels)],
        );
        button.disabled = chosen !== undefined;
        button.addEventListener("click", () => {
          const made = answers.map((one, k) => (k === round ? i : one) ?? "");
          keep({ [STATE.answers]: made.join(",") });
        });
        return button;
      }),
    );
    verdict.textContent =
      chosen === undefined
        ? "Exchange it between inputs of your choice until only one variable explains what happens."
        : verdictOf(found, answer, chosen, labelOf);
    next.hidden = chosen === undefined || round + 1 === found.rounds.length;
    const { made, right } = scoreOf(found, readState(props.state, found));
    const chance = Math.round(100 * chanceOf(found));
    score.textContent =
      made === 0
        ? `Guessing is right in ${chance} % of all rounds.`
        : `${right} of ${made} right; guessing gets ${chance} %.`;
  };
  void run(true);

  return {
    update(next) {
      const isOther = seedOf(next.state) !== seedOf(props.state);
      const isMoved = [STATE.round, STATE.input, STATE.other].some(
        (name) => next.state[name] !== props.state[name],
      );
      props = next;
      if (isOther || isMoved) void run(isOther);
      else show();
    },
    destroy: () => {
      call();
      inputs.destroy();
      element.replaceChildren();
    },
    snapshot: () => ({
      data: game &&
        shown && {
          case: facts.id,
          ...readState(props.state, game),
          input: formatInput(facts, shown.input),
          score: scoreOf(game, readState(props.state, game)),
        },
      svg:
        game &&
        shown &&
        outputPicture(questionOf(game), facts, shown.input, shownRows(game, shown)),
    }),
  } satisfies View<SubjectProps>;
};

function rowsOf(
  facts: CaseFacts,
  shown: Shown,
  { choices }: Game,
  what: string,
  areChoicesShown: boolean,
): readonly OutputRow[] {
  const before = outputTexts(facts, shown.before);
  const after = outputTexts(facts, shown.after);
  const rows: OutputRow[] = [
    { title: "the model", texts: before },
    { title: "the model on the other input", texts: outputTexts(facts, shown.other) },
    {
      title: `the model, ${what} as on the other input`,
      texts: after,
      signs: (text, i) => (agree(text, before[i]!) ? undefined : CHANGED),
    },
  ];
  if (!areChoicesShown) return rows;
  return [
    ...rows,
    ...choices.map(
      ({ labels }, i): OutputRow => ({
        title: `the program, ${labels.length === 0 ? "as it is" : `${labels.join(" and ")} exchanged`}`,
        texts: saidTexts(facts, shown.choices[i]!),
        signs: (text, k) => (agree(text, after[k]!) ? RIGHT : WRONG),
      }),
    ),
  ];
}

function verdictOf(
  game: Game,
  answer: number,
  chosen: number,
  labelOf: (labels: readonly string[]) => string,
): string {
  const [truth, said] = [answer, chosen].map((i) => labelOf(game.choices[i]!.labels));
  if (answer === chosen) return `Right: ${truth}.`;
  if (isRight(game, answer, chosen)) {
    return `It is ${truth}, and counts as right: no exchange tells ${said} apart from it, since the outputs depend on one through the other alone.`;
  }
  return `It is ${truth}. Exchanges of ${said} do something else on some pairs of inputs.`;
}
