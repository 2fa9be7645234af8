import {
  add,
  type Backend,
  type Binding,
  type Buffer,
  compile,
  concat,
  gradients,
  mul,
  type Program,
  reshape,
  type SampleRows,
  sizeOf,
  type Tensor,
} from "../engine/index.ts";
import { switchValues } from "../transformer/index.ts";
import { flatWeights } from "./flat-weights.ts";
import type { ModelNode } from "./nodes.ts";
import { OBJECTIVE_INPUTS, objective, patchedHooks, switchPrefix, type Term } from "./objective.ts";
import { adam, adamScalars, momentNames } from "./optimizer/adam.ts";
import { clipByGlobalNorm } from "./optimizer/clipping.ts";
import { effectiveStrictWeight, type Recipe } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";

/** What a term's loss is multiplied by. */
export function termWeight(recipe: Recipe, term: Term): number {
  if (term === "strict") return effectiveStrictWeight(recipe);
  return term === "iit" ? recipe.iitWeight : recipe.behaviorWeight;
}

const WEIGHTS = "weights";
const MOMENTS = momentNames(WEIGHTS);
const GRADIENT_NORM = "gradientNorm";

/**
 * One update of all weights as a program: the weighted losses of `terms`, their sum's gradient,
 * clipped to the recipe's global norm, and one step of Adam.
 *
 * Outputs: each term's weighted loss and `gradientNorm` (before clipping), `[]` each.
 */
export function updateProgram(
  task: TrainingTask,
  recipe: Recipe,
  terms: readonly Term[],
): Program<Term | typeof GRADIENT_NORM> {
  const { flat, tensors } = flatWeights(task.lowLevelConfig, WEIGHTS);
  const losses = [...objective(task, tensors, terms)].map(([term, loss]): [Term, Tensor] => [
    term,
    mul(loss, termWeight(recipe, term)),
  ]);
  const total = losses.map(([, loss]) => loss).reduce((sum, loss) => add(sum, loss));
  const slopes = gradients(total, [...tensors.values()]);
  const vector = concat(
    slopes.map((slope) => reshape(slope, [sizeOf(slope.shape)])),
    0,
  );
  const clipped = clipByGlobalNorm([vector], recipe.clipGradNorm);
  const outputs = { ...Object.fromEntries(losses), [GRADIENT_NORM]: clipped.norm };
  return compile({
    outputs: outputs as Record<Term | typeof GRADIENT_NORM, Tensor>,
    updates: adam([flat], clipped.gradients, recipe),
  });
}

/** Buffers that training changes in place: the weights and Adam's moments, `[parameter]` each. */
export interface OptimizerBuffers {
  readonly weights: Buffer;
  readonly firstMoment: Buffer;
  readonly secondMoment: Buffer;
}

/** What an update is made from. */
export interface Batch {
  /** Tokens of the base and source inputs. */
  readonly base: SampleRows;
  readonly source: SampleRows;
  /** The bases' labels. */
  readonly label: SampleRows;
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

/** An update program that is ready to run. */
export interface Updater {
  readonly terms: readonly Term[];
  /** Runs Adam's step number `step` (the first is 1) with a learning rate. */
  run(batch: Batch, step: number, learningRate: number): UpdateResult;
  dispose(): void;
}

/** Loads the update on some terms. Which nodes are patched is chosen per run. */
export function loadUpdater(
  task: TrainingTask,
  recipe: Recipe,
  terms: readonly Term[],
  backend: Backend,
  buffers: OptimizerBuffers,
): Updater {
  const program = updateProgram(task, recipe, terms);
  const executable = backend.load(program);
  const switches = terms.map((term) => {
    const [hooks, prefix] = [patchedHooks(task, term), switchPrefix(term)];
    return ({ patched }: Batch) => {
      const nodes = term === "behavior" ? [] : patched[term];
      return switchValues(task.lowLevelConfig, nodes, hooks, { prefix });
    };
  });
  const bindings = (batch: Batch): Record<string, Binding | undefined> => ({
    [OBJECTIVE_INPUTS.base]: batch.base,
    [OBJECTIVE_INPUTS.source]: batch.source,
    [OBJECTIVE_INPUTS.label]: batch.label,
    [OBJECTIVE_INPUTS.intervened]: batch.intervened,
    [WEIGHTS]: buffers.weights,
    [MOMENTS.first]: buffers.firstMoment,
    [MOMENTS.second]: buffers.secondMoment,
  });
  return {
    terms,
    run: (batch, step, learningRate) => {
      const inputs: Record<string, Binding> = {};
      for (const [name, binding] of Object.entries(bindings(batch))) {
        if (binding !== undefined && program.inputs.has(name)) inputs[name] = binding;
      }
      const scalars: Record<string, number | Float32Array> = {
        ...adamScalars(step, learningRate, recipe),
      };
      for (const valuesFor of switches) Object.assign(scalars, valuesFor(batch));
      const values = executable.run({ batch: batch.base.rows.length, inputs, scalars });
      return {
        losses: Object.fromEntries(terms.map((term) => [term, values[term][0]!])),
        gradientNorm: values[GRADIENT_NORM][0]!,
      };
    },
    dispose: () => executable.dispose(),
  };
}
