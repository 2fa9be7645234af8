import { optionFlags } from "../option-flags.ts";
import type { Board, BoardRun } from "./document.ts";

/** The command line that makes a run of a leaderboard, without the program's name. */
export function commandOf(
  { contestants, model, dataSize }: Board,
  { algorithm: name, case: id, seed }: BoardRun,
): string {
  const { algorithm = name, params = {} } = contestants.get(name) ?? {};
  const size = dataSize === undefined ? [] : [`--data-size ${dataSize}`];
  return [
    `run ${algorithm} -i ${id} --model ${model} --scores-only`,
    ...optionFlags(params),
    ...size,
    `--seed ${seed}`,
  ].join(" ");
}
