import type { Backend, Binding, Buffer, Executable, Run, Values } from "../engine/index.ts";
import { sourceName, switchValues, usedInputs } from "../transformer/index.ts";
import type { Batch } from "./batches.ts";
import { type Capture, loadCapture } from "./captured.ts";
import { distinctRows } from "./distinct-rows.ts";
import { flatWeights } from "./flat-weights.ts";
import { OBJECTIVE_INPUTS, type PatchPlan, sourcePoints, switchPrefix } from "./objective.ts";
import { adamScalars } from "./optimizer/adam.ts";
import { openPatchSet, type PatchSet, patchSetOf } from "./patch-set.ts";
import type { Recipe } from "./recipe.ts";
import { inputCount, type TrainingTask } from "./task.ts";
import type { Term } from "./terms.ts";
import { UPDATE_INPUTS, type UpdateOutput, updateProgram } from "./update.ts";

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
  /** The run on the sources, if they are looked at, and the update itself last. */
  readonly runs: readonly Run[];
  /** What the last run's outputs say. */
  read(outputs: Readonly<Record<string, Values>>): UpdateResult;
  /** Frees what was kept of the sources. */
  dispose(): void;
}

/** The update on some terms. */
export interface TermUpdate {
  /** Makes Adam's step number `step` (the first is 1) with a learning rate ready. */
  prepare(batch: Batch, step: number, learningRate: number): PreparedUpdate;
  dispose(): void;
}

/** The programs of one plan: the run on the sources, if they are looked at, and the update. */
interface PlanPrograms {
  readonly plan: PatchPlan;
  readonly capture: Capture | undefined;
  readonly update: Executable<UpdateOutput>;
}

/** The sequences of an update: each stands for so many pairs. */
interface Sequences {
  readonly rows: Uint32Array;
  readonly counts: Float32Array;
}

function loadPlan(spec: UpdateSpec, plan: PatchPlan): PlanPrograms {
  const { task, recipe, backend, tokens, buffers } = spec;
  const { lowLevelConfig: config, positions } = task;
  const { tensors } = flatWeights(config, UPDATE_INPUTS.weights);
  const model = { config, tensors, bindings: { [UPDATE_INPUTS.weights]: buffers.weights } };
  const hooks = sourcePoints(task, plan);
  const looksAtSource = hooks.length > 0;
  return {
    plan,
    capture: looksAtSource ? loadCapture({ backend, model, tokens, positions, hooks }) : undefined,
    update: backend.load(updateProgram(task, recipe, plan)),
  };
}

/**
 * Loads the update on some terms.
 *
 * Each set of patched hook points has a program of its own, made when it is first needed, which
 * computes nothing that a patch would replace; sets that could be too many (several terms at once,
 * nodes drawn independently) share one that can patch everywhere. Inputs that are the same in many
 * pairs are computed once where nothing else differs between those pairs: in the run on the sources,
 * and in updates without patches.
 */
export function loadTermUpdate(spec: UpdateSpec, terms: readonly Term[]): TermUpdate {
  const { task, recipe, tokens, labels, buffers } = spec;
  const { lowLevelConfig: config } = task;
  const slots = new Uint32Array(inputCount(task));
  const loaded = new Map<string, PlanPrograms>();
  const isOpen = (term: Term) =>
    terms.length > 1 || (term === "strict" && recipe.siitSampling === "sample_all");
  const nodesOf = (term: Term, { patched }: Batch) => (term === "behavior" ? [] : patched[term]);

  const planOf = (batch: Batch): PatchPlan =>
    new Map(
      terms.map((term): [Term, PatchSet] => [
        term,
        isOpen(term) ? openPatchSet(task, term) : patchSetOf(nodesOf(term, batch)),
      ]),
    );
  const programsFor = (batch: Batch): PlanPrograms => {
    const plan = planOf(batch);
    const key = JSON.stringify([...plan.values()]);
    const programs = loaded.get(key) ?? loadPlan(spec, plan);
    loaded.set(key, programs);
    return programs;
  };
  const sequencesOf = ({ base }: Batch, { capture }: PlanPrograms): Sequences => {
    if (capture !== undefined) return { rows: base, counts: new Float32Array(base.length).fill(1) };
    const { rows, counts } = distinctRows(base, slots);
    return { rows, counts: Float32Array.from(counts) };
  };
  const switchesOf = (batch: Batch, { plan }: PlanPrograms): Record<string, Float32Array> =>
    Object.assign(
      {},
      ...[...plan].map(([term, { chosen }]) => {
        const nodes = nodesOf(term, batch).filter(({ hook }) => chosen.includes(hook));
        return switchValues(config, nodes, chosen, { prefix: switchPrefix(term) });
      }),
    );

  return {
    prepare: (batch, step, learningRate) => {
      const programs = programsFor(batch);
      const { capture, update } = programs;
      const { rows, counts } = sequencesOf(batch, programs);
      const sources = capture?.prepare(batch.source);
      const available: Record<string, Binding> = {
        [OBJECTIVE_INPUTS.base]: { table: tokens, rows },
        [OBJECTIVE_INPUTS.label]: { table: labels, rows },
        ...(batch.intervened && { [OBJECTIVE_INPUTS.intervened]: batch.intervened }),
        ...sources?.captured.bind(batch.source, sourceName),
        [UPDATE_INPUTS.count]: counts,
        [UPDATE_INPUTS.weights]: buffers.weights,
        [UPDATE_INPUTS.firstMoment]: buffers.firstMoment,
        [UPDATE_INPUTS.secondMoment]: buffers.secondMoment,
      };
      const options = {
        batch: rows.length,
        inputs: usedInputs(update.program, available),
        scalars: {
          ...adamScalars(step, learningRate, recipe),
          ...switchesOf(batch, programs),
          [UPDATE_INPUTS.pairs]: batch.base.length,
        },
      };
      return {
        runs: [...(sources === undefined ? [] : [sources.run]), { executable: update, options }],
        read: (outputs) => ({
          losses: Object.fromEntries(terms.map((term) => [term, outputs[term]![0]!])),
          gradientNorm: outputs.gradientNorm![0]!,
        }),
        dispose: () => sources?.captured.dispose(),
      };
    },
    dispose: () => {
      for (const { capture, update } of loaded.values()) {
        capture?.dispose();
        update.dispose();
      }
    },
  };
}
