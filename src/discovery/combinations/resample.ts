import { rowWeights } from "../../interventions/index.ts";
import type { Key } from "../../rng/index.ts";
import type { DiscoveryTask } from "../task/task.ts";

/**
 * A bootstrap resample of a task: as many inputs as it stands for, drawn with replacement; what was drawn
 * several times counts as often.
 */
export function resampledTask(task: DiscoveryTask, key: Key): DiscoveryTask {
  const { rows, positions, multiplicity } = task;
  const weights = rowWeights(task);
  let inputs = 0;
  for (let row = 0; row < rows; row++) inputs += multiplicity?.[row] ?? 1;
  const counts = new Uint32Array(rows);
  for (const draw of key.uniform(inputs)) counts[rowAt(weights, draw)]!++;
  const drawn = Array.from(counts.keys()).filter((row) => counts[row]! > 0);
  const ofRows = <T>(values: ArrayLike<T> | undefined): T[] | undefined =>
    values === undefined
      ? undefined
      : drawn.flatMap((row) =>
          Array.from({ length: positions }, (_, position) => values[row * positions + position]!),
        );
  const tables = {
    corruptedTokens: task.corruptedTokens && Int32Array.from(ofRows(task.corruptedTokens)!),
    targets: ofRows(task.targets),
    corruptedTargets: ofRows(task.corruptedTargets),
    foils: ofRows(task.foils),
  };
  const present = Object.entries(tables).filter(([, values]) => values !== undefined);
  return {
    ...task,
    ...Object.fromEntries(present),
    rows: drawn.length,
    cleanTokens: Int32Array.from(ofRows(task.cleanTokens)!),
    multiplicity: drawn.map((row) => counts[row]!),
  };
}

/** The row in whose share of 0 … 1 a number lies. */
function rowAt(weights: Float64Array, draw: number): number {
  let end = 0;
  const row = weights.findIndex((weight) => {
    end += weight;
    return draw < end;
  });
  return row === -1 ? weights.length - 1 : row;
}
