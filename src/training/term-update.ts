import { type Executable, type Program, sampleInput } from "../engine/index.ts";
import { type Capture, distinctRows, loadCapture } from "../interventions/index.ts";
import { switchValues } from "../transformer/index.ts";
import type { Batch } from "./batches.ts";
import { flatWeights } from "./flat-weights.ts";
import { OBJECTIVE_INPUTS, sourcePoints } from "./objective.ts";
import { hooksOfSet, openPatchSet, type PatchSet, patchSetOf } from "./patch-set.ts";
import { prepareUpdate } from "./prepare-update.ts";
import type { Recipe } from "./recipe.ts";
import { inputCount, type TrainingTask } from "./task.ts";
import { objective, type PatchPlan, switchPrefix } from "./term-objective.ts";
import type { Term } from "./terms.ts";
import { UPDATE_INPUTS, type UpdateOutput, updateProgram } from "./update.ts";
import type { BatchUpdate, UpdateSpec } from "./updater.ts";

/** Name of the sample input `[]` that tells for how many pairs of the batch a sequence stands. */
const COUNT = "count";

/** The programs of one plan: the run on the sources, if they are looked at, and the update. */
interface PlanPrograms {
  readonly plan: PatchPlan;
  /** Whether what is computed for a pair depends on its source. */
  readonly looksAtSource: boolean;
  readonly capture: Capture | undefined;
  readonly update: Executable<UpdateOutput>;
}

/** The sequences of an update: each stands for so many pairs. */
interface Sequences {
  readonly rows: Uint32Array;
  readonly counts: Float32Array;
}

/** The update on a plan's terms. A sequence may stand for several pairs. */
export function termProgram(
  task: TrainingTask,
  recipe: Recipe,
  plan: PatchPlan,
): Program<UpdateOutput> {
  const count = sampleInput(COUNT, []);
  return updateProgram(task, recipe, (weights) => {
    const losses = [...objective(task, weights, plan, recipe)];
    return new Map(losses.map(([term, loss]) => [term, { loss, count }]));
  });
}

function loadPlan(spec: UpdateSpec, plan: PatchPlan): PlanPrograms {
  const { task, recipe, backend, tokens, buffers } = spec;
  const { lowLevelConfig: config, positions } = task;
  const { tensors } = flatWeights(config, UPDATE_INPUTS.weights);
  const model = { config, tensors, bindings: { [UPDATE_INPUTS.weights]: buffers.weights } };
  const hooks = sourcePoints(task, [...plan.values()].flatMap(hooksOfSet));
  const looksAtSource = hooks.length > 0;
  const isDetached = looksAtSource && !recipe.sourceGradient;
  return {
    plan,
    looksAtSource,
    capture: isDetached ? loadCapture({ backend, model, tokens, positions, hooks }) : undefined,
    update: backend.load(termProgram(task, recipe, plan)),
  };
}

/** Whether the outside nodes of a batch are drawn independently of each other. */
const mayBeMany = ({ siitSampling }: UpdateSpec["recipe"]) =>
  siitSampling === "sample_all" || siitSampling === "mixed";

/**
 * Loads the update on some terms.
 *
 * Each set of patched hook points has a program of its own, made when it is first needed, which
 * computes nothing that a patch would replace; sets that could be too many (several terms at once,
 * nodes drawn independently) share one that can patch everywhere. Inputs that are the same in many
 * pairs are computed once where nothing else differs between those pairs: in the run on the sources,
 * and in updates without patches.
 */
export function loadTermUpdate(spec: UpdateSpec, terms: readonly Term[]): BatchUpdate<Batch> {
  const { task, recipe, tokens, labels } = spec;
  const { lowLevelConfig: config } = task;
  const slots = new Uint32Array(inputCount(task));
  const loaded = new Map<string, PlanPrograms>();
  const isOpen = (term: Term) => terms.length > 1 || (term === "strict" && mayBeMany(recipe));
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
  const sequencesOf = ({ base }: Batch, { looksAtSource }: PlanPrograms): Sequences => {
    if (looksAtSource) return { rows: base, counts: new Float32Array(base.length).fill(1) };
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
    prepare: (batch, moment) => {
      const programs = programsFor(batch);
      const { capture, update } = programs;
      const { rows, counts } = sequencesOf(batch, programs);
      return prepareUpdate(spec, terms, update, {
        moment,
        capture,
        source: batch.source,
        sequences: rows.length,
        pairs: batch.base.length,
        inputs: {
          [OBJECTIVE_INPUTS.base]: { table: tokens, rows },
          [OBJECTIVE_INPUTS.label]: { table: labels, rows },
          ...(batch.intervened && { [OBJECTIVE_INPUTS.intervened]: batch.intervened }),
          [COUNT]: counts,
        },
        scalars: switchesOf(batch, programs),
      });
    },
    dispose: () => {
      for (const { capture, update } of loaded.values()) {
        capture?.dispose();
        update.dispose();
      }
    },
  };
}
