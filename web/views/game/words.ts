import type { Game } from "../../engine/methods/game.ts";
import { chanceOf, type GameState, isRight, scoreOf } from "./state.ts";

/** The variables of a choice. */
export const labelOf = (labels: readonly string[]): string =>
  labels.length === 0 ? "none of them" : labels.join(" and ");

/** What a choice in a round came to; before any, what there is to do. */
export function verdictText(game: Game, answer: number, chosen: number | undefined): string {
  if (chosen === undefined) {
    return "Exchange it between inputs of your choice until only one variable explains what happens.";
  }
  const [truth, said] = [answer, chosen].map((i) => labelOf(game.choices[i]!.labels));
  if (answer === chosen) return `Right: ${truth}.`;
  if (isRight(game, answer, chosen)) {
    return `It is ${truth}, and counts as right: no exchange tells ${said} apart from it, since the outputs depend on one through the other alone.`;
  }
  return `It is ${truth}. Exchanges of ${said} do something else on some pairs of inputs.`;
}

/** How many choices were right so far, beside those of somebody who guesses. */
export function scoreText(game: Game, state: GameState): string {
  const { made, right } = scoreOf(game, state);
  const chance = Math.round(100 * chanceOf(game));
  return made === 0
    ? `Guessing is right in ${chance} % of all rounds.`
    : `${right} of ${made} right; guessing gets ${chance} %.`;
}
