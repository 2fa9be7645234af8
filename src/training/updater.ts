import type { Backend, Buffer, Executable, Run, Values } from "../engine/index.ts";
import type { Steps } from "../interventions/index.ts";
import type { Recipe } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";
import type { Term } from "./terms.ts";

/** Buffers that training changes in place: the weights and Adam's moments, `[parameter]` each. */
export interface OptimizerBuffers {
  readonly weights: Buffer;
  readonly firstMoment: Buffer;
  readonly secondMoment: Buffer;
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

/** What an update measured before it changed the weights. */
export interface UpdateResult {
  /** Weighted losses, means over the batch. */
  readonly losses: { readonly [T in Term]?: number };
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

/** An update of one batch, ready to run. */
export interface PreparedUpdate {
  /** The run on the sources, if it is one of its own, and the update itself last. */
  readonly runs: readonly Run[];
  /** What the last run's outputs say. */
  read(outputs: Readonly<Record<string, Values>>): UpdateResult;
  /** Frees what was kept of the sources. */
  dispose(): void;
}

/** A kind of update, loaded: what to do with a batch `B`. */
export interface BatchUpdate<B> {
  prepare(batch: B, moment: UpdateMoment): PreparedUpdate;
  dispose(): void;
}

/** When an update happens: Adam's step number (from 1 on) and learning rate. */
export interface UpdateMoment {
  readonly step: number;
  readonly learningRate: number;
}

/** The updates that a batch is used for, ready to run. */
export interface Updater<B> {
  /** Updates that a batch is used for. */
  readonly perBatch: number;
  /**
   * Runs the updates of the batches in order. Several batches whose programs have run before are one call;
   * otherwise the run is made in steps. `momentOf(i)` says when update i (from 0) happens. Returns each batch's
   * results.
   */
  run(batches: readonly B[], momentOf: (i: number) => UpdateMoment): Steps<UpdateResult[][]>;
  dispose(): void;
}

/** Puts updates in a row: each is of the weights that the one before it left. */
export function makeUpdater<B>(backend: Backend, updates: readonly BatchUpdate<B>[]): Updater<B> {
  /** Programs that have been run. */
  const ready = new WeakSet<Executable>();
  return {
    perBatch: updates.length,
    *run(batches, momentOf) {
      const prepared: PreparedUpdate[] = [];
      try {
        for (const batch of batches) {
          for (const update of updates) {
            prepared.push(update.prepare(batch, momentOf(prepared.length)));
            yield prepared.length / (batches.length * updates.length + 1);
          }
        }
        const runs = prepared.flatMap((update) => update.runs);
        const isShort = batches.length > 1 && runs.every(({ executable }) => ready.has(executable));
        const outputs = isShort ? backend.runAll(runs) : yield* backend.runInSteps(runs);
        for (const { executable } of runs) ready.add(executable);
        let end = 0;
        const results = prepared.map(({ runs, read }) => {
          end += runs.length;
          return read(outputs[end - 1]!);
        });
        const count = updates.length;
        return batches.map((_, i) => results.slice(i * count, (i + 1) * count));
      } finally {
        for (const update of prepared) update.dispose();
      }
    },
    dispose: () => {
      for (const update of updates) update.dispose();
    },
  };
}
