import type { Game } from "../../engine/methods/game.ts";
import type { ViewState } from "../contract.ts";

/** What this view keeps in the address. */
export const STATE = {
  seed: "game.seed",
  round: "game.round",
  /** The numbers of the choices made, by round: `1,0`. */
  answers: "game.answers",
  input: "game.input",
  other: "game.other",
  hint: "game.hint",
} as const;

export interface GameState {
  readonly seed: number;
  readonly round: number;
  /** By round; `undefined` where none was made. */
  readonly answers: readonly (number | undefined)[];
  readonly isHinted: boolean;
}

export const seedOf = (state: ViewState): number => {
  const seed = Number(state[STATE.seed] ?? 1);
  return Number.isSafeInteger(seed) && seed >= 0 ? seed : 1;
};

export function readState(state: ViewState, { rounds, choices }: Game): GameState {
  const round = Number(state[STATE.round] ?? 0);
  const made = (state[STATE.answers] ?? "").split(",");
  return {
    seed: seedOf(state),
    round: Number.isInteger(round) && round >= 0 && round < rounds.length ? round : 0,
    answers: rounds.map((_, i) => {
      const answer = made[i] === undefined || made[i] === "" ? -1 : Number(made[i]);
      return Number.isInteger(answer) && answer >= 0 && answer < choices.length
        ? answer
        : undefined;
    }),
    isHinted: state[STATE.hint] === "on",
  };
}

/** Whether a choice is right: the answer, or what no exchange tells apart from it. */
export const isRight = ({ choices }: Game, answer: number, chosen: number): boolean =>
  choices[chosen]!.sameAs === choices[answer]!.sameAs;

/** Rounds that were answered, and rightly. */
export function scoreOf(game: Game, { answers }: GameState) {
  const made = answers.flatMap((chosen, round) =>
    chosen === undefined ? [] : [isRight(game, game.rounds[round]!.answer, chosen)],
  );
  return { made: made.length, right: made.filter(Boolean).length };
}

/** The share of choices that are right in a round, which guessing gets in the long run. */
export function chanceOf(game: Game): number {
  const shares = game.rounds.map(({ answer }) => {
    const right = game.choices.filter((_, chosen) => isRight(game, answer, chosen));
    return right.length / game.choices.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
