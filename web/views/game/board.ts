import type { Game } from "../../engine/methods/game.ts";
import { el, reachIfScrolled } from "../dom.ts";
import type { GameState } from "./state.ts";
import { labelOf, scoreText, verdictText } from "./words.ts";

/** What the player does. */
export interface Moves {
  /** Wants to see what each variable would do, or not. */
  readonly hint: (isHinted: boolean) => void;
  readonly choose: (choice: number) => void;
  readonly next: () => void;
  readonly again: () => void;
}

/** What is on the table of a game: the question, the inputs, their outputs, the choices and what came of them. */
export function gameBoard(inputs: HTMLElement, moves: Moves) {
  const question = el("h3", {}, ["Which variable does a node hold?"]);
  const table = el("div", { class: "scrolls" });
  const choices = el("div", { class: "game-choices", role: "group", "aria-label": "Variables" });
  const verdict = el("p", { class: "game-verdict", role: "status" });
  const score = el("p", { class: "note" });
  const hint = el("input", { type: "checkbox" });
  const next = el("button", { type: "button", class: "strong" }, ["Next"]);
  const again = el("button", { type: "button", class: "quiet" }, ["Begin anew"]);
  hint.addEventListener("change", () => moves.hint(hint.checked));
  next.addEventListener("click", moves.next);
  again.addEventListener("click", moves.again);
  const choiceButton = (labels: readonly string[], choice: number, chosen: number | undefined) => {
    const isChosen = String(chosen === choice);
    const attributes = { type: "button", class: "chip", "aria-pressed": isChosen };
    const button = el("button", attributes, [labelOf(labels)]);
    button.disabled = chosen !== undefined;
    button.addEventListener("click", () => moves.choose(choice));
    return button;
  };
  return {
    root: el("div", { class: "game-view" }, [
      question,
      inputs,
      table,
      el("p", {}, [
        el("label", { class: "game-hint" }, [hint, " Show what each variable would do"]),
      ]),
      choices,
      verdict,
      el("p", {}, [next, " ", again]),
      score,
    ]),
    show(game: Game, state: GameState, asked: string, outputs: HTMLElement) {
      const { round, answers, isHinted } = state;
      const chosen = answers[round];
      question.textContent = asked;
      hint.checked = isHinted;
      table.replaceChildren(outputs);
      reachIfScrolled(table, "outputs");
      choices.replaceChildren(
        ...game.choices.map(({ labels }, choice) => choiceButton(labels, choice, chosen)),
      );
      verdict.textContent = verdictText(game, game.rounds[round]!.answer, chosen);
      next.hidden = chosen === undefined || round + 1 === game.rounds.length;
      score.textContent = scoreText(game, state);
    },
    /** Says why there is nothing to see. */
    fail(message: string) {
      verdict.textContent = message;
    },
  };
}
