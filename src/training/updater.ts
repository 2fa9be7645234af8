import type { Batch } from "./batches.ts";
import { loadTermUpdate, type UpdateResult, type UpdateSpec } from "./term-update.ts";
import type { Term } from "./terms.ts";

/** The updates that a batch is used for, ready to run. */
export interface Updater {
  /**
   * Runs the updates of some batches one after the other, in one call; the first is Adam's step number
   * `step` (from 1 on). Returns each batch's results.
   */
  run(batches: readonly Batch[], step: number, learningRate: number): UpdateResult[][];
  dispose(): void;
}

/** Loads updates: each on some terms, of the weights that the one before it left. */
export function loadUpdater(spec: UpdateSpec, updates: readonly (readonly Term[])[]): Updater {
  const { backend } = spec;
  const loaded = updates.map((terms) => loadTermUpdate(spec, terms));
  return {
    run: (batches, first, learningRate) => {
      let step = first;
      const prepared = batches.map((batch) =>
        loaded.map((update) => update.prepare(batch, step++, learningRate)),
      );
      try {
        const outputs = backend.runAll(prepared.flat().flatMap(({ runs }) => runs));
        let end = 0;
        return prepared.map((updates) =>
          updates.map(({ runs, read }) => {
            end += runs.length;
            return read(outputs[end - 1]!);
          }),
        );
      } finally {
        for (const update of prepared.flat()) update.dispose();
      }
    },
    dispose: () => {
      for (const update of loaded) update.dispose();
    },
  };
}
