import { commandLine, isTypableModel, runLine } from "../../../src/flags/index.ts";
import type { Board, BoardRun } from "./document.ts";

/** The command line that makes a run of a leaderboard, without the program's name; `undefined` if none does. */
export function runCommand(
  { contestants, model, dataSize, corruption }: Board,
  { algorithm: name, case: id, seed }: BoardRun,
): string | undefined {
  const { algorithm = name, params } = contestants.get(name) ?? {};
  return runLine({ algorithm, case: id, model, params, dataSize, corruption, seed });
}

/** The command line that makes the whole leaderboard; `undefined` if none does: seeds are so many from the first on. */
export function boardCommand({ protocol, model, dataSize, runs }: Board): string | undefined {
  const cases = [...new Set(runs.map((run) => run.case))];
  const algorithms = [...new Set(runs.map(({ algorithm }) => algorithm))];
  const seeds = new Set(runs.map((run) => run.seed));
  const [seed, last] = [Math.min(...seeds), Math.max(...seeds)];
  if (!isTypableModel(model) || last - seed + 1 !== seeds.size) return undefined;
  const who = { i: cases, algorithms, protocol, models: model };
  return commandLine("leaderboard", { ...who, seeds: seeds.size, seed, dataSize });
}
