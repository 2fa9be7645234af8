import type { DiscoveryTask } from "./task.ts";

/** The task on some of its rows alone, in this order; a row may come more than once. */
export function taskOfRows(task: DiscoveryTask, rows: ArrayLike<number>): DiscoveryTask {
  const { positions, cleanTokens, corruptedTokens, multiplicity, ...rest } = task;
  const chosen = Array.from(rows);
  const pick = (table: ArrayLike<number>, width: number) =>
    chosen.flatMap((row) => Array.from({ length: width }, (_, i) => table[row * width + i]!));
  const answers = ["targets", "corruptedTargets", "foils"] as const;
  return {
    ...rest,
    positions,
    rows: chosen.length,
    cleanTokens: Int32Array.from(pick(cleanTokens, positions)),
    ...(corruptedTokens && { corruptedTokens: Int32Array.from(pick(corruptedTokens, positions)) }),
    ...(multiplicity && { multiplicity: pick(multiplicity, 1) }),
    ...Object.fromEntries(
      answers.flatMap((name) => {
        const table = task[name];
        return table === undefined ? [] : [[name, pick(table, positions)] as const];
      }),
    ),
  };
}
