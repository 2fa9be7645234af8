import { optionFlag } from "../option-flag.ts";
import type { Board, BoardRun } from "./document.ts";

/** The command line that makes a run of a leaderboard, without the program's name. */
export function commandOf(
  { contestants, model, dataSize }: Board,
  { algorithm: name, case: id, seed }: BoardRun,
): string {
  const { algorithm = name, params = {} } = contestants.get(name) ?? {};
  const size = dataSize === undefined ? [] : [`--data-size ${dataSize}`];
  const flags = Object.entries(params).map(([key, value]) => optionFlag(key, value));
  return [
    `run ${algorithm} -i ${id} --model ${model} --scores-only`,
    ...flags,
    ...size,
    `--seed ${seed}`,
  ].join(" ");
}
