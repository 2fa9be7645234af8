import type { Backend, Binding, Buffer } from "../engine/index.ts";
import type { Pairs } from "./interventions.ts";
import type { ModelNode } from "./nodes.ts";
import type { Recipe } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";
import { loadTermUpdate } from "./term-update.ts";
import type { Term } from "./terms.ts";

/** Buffers that training changes in place: the weights and Adam's moments, `[parameter]` each. */
export interface OptimizerBuffers {
  readonly weights: Buffer;
  readonly firstMoment: Buffer;
  readonly secondMoment: Buffer;
}

/** What an update is made from: pairs of inputs by row, and what to patch between them. */
export interface Batch extends Pairs {
  /** Outputs of the high-level model on the bases with the variable from the sources. */
  readonly intervened: Binding | undefined;
  /** The nodes that the terms patch. */
  readonly patched: { readonly [T in Exclude<Term, "behavior">]: readonly ModelNode[] };
}

/** What an update measured before it changed the weights. */
export interface UpdateResult {
  /** Weighted losses, means over the batch. */
  readonly losses: { readonly [T in Term]?: number };
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

/** Where updates happen, and on what. */
export interface UpdateSpec {
  readonly task: TrainingTask;
  readonly recipe: Recipe;
  readonly backend: Backend;
  /** All inputs, `[row, pos]`. */
  readonly tokens: Buffer;
  /** Their labels, `[row, ...targetShape]`. */
  readonly labels: Buffer;
  readonly buffers: OptimizerBuffers;
}

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
