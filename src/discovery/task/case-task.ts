import {
  type Case,
  causalModelSteps,
  corruptDataSteps,
  type Dataset,
  encodeFoils,
  generateDataSteps,
  type Targets,
  targetSteps,
} from "../../cases/index.ts";
import type { Backend } from "../../engine/index.ts";
import { partSteps, runSteps, type Steps } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import type { Transformer } from "../../transformer/index.ts";
import type { DiscoveryTask } from "./task.ts";

/** Which inputs of a case a circuit is looked for on. */
export interface CaseInputs {
  /** The one source of randomness. */
  readonly key: Key;
  /** Pairs of clean and corrupted inputs; all inputs of the case if there are no more. */
  readonly size: number;
  /** Where the causal model runs, for the targets. */
  readonly backend: Backend;
  /** How inputs are corrupted, by the name that the case gives it; default its first. */
  readonly corruption?: string | undefined;
}

/** The key of the inputs of a case that `run` draws under a seed. */
export const discoveryKey = (seed: number): Key => Key.fromSeed(seed).fold("discovery");

/**
 * The discovery task of a transformer on a case's own data: clean inputs, corrupted ones to compare
 * them with, and what the causal model makes of both.
 *
 * ```ts
 * const task = caseDiscoveryTask(getCase("3"), transformer, { key, size: 1000, backend });
 * const { circuit } = await getAlgorithm("acdc").discover(task, {}, { backend });
 * ```
 */
export function caseDiscoveryTask(
  case_: Case,
  transformer: Transformer,
  inputs: CaseInputs,
): DiscoveryTask {
  return runSteps(caseDiscoveryTaskSteps(case_, transformer, inputs));
}

/** {@link caseDiscoveryTask} in steps. */
export function* caseDiscoveryTaskSteps(
  case_: Case,
  transformer: Transformer,
  { key, size, backend, corruption }: CaseInputs,
): Steps<DiscoveryTask> {
  const clean = yield* partSteps(generateDataSteps(case_, { key, size }), 0, 0.2);
  const corrupting = corruptDataSteps(case_, clean, { key, corruption });
  const corrupted = yield* partSteps(corrupting, 0.2, 0.4);
  const model = yield* partSteps(causalModelSteps(case_), 0.4, 0.6);
  const targets = yield* partSteps(targetSteps(model, clean, backend), 0.6, 0.8);
  const others = yield* partSteps(targetSteps(model, corrupted, backend), 0.8, 1);
  return {
    transformer,
    rows: clean.count,
    positions: clean.positions,
    cleanTokens: clean.tokens,
    corruptedTokens: corrupted.tokens,
    targets: valuesOf(targets),
    corruptedTargets: valuesOf(others),
    ...foilsOf(case_, clean),
    multiplicity: clean.multiplicity,
    categorical: model.categorical,
    outputPositions: case_.outputPositions,
  };
}

/** The wrong answers of a case that has them, `[row, pos]`: the same at all positions. */
function foilsOf(case_: Case, { inputs, positions }: Dataset): Pick<DiscoveryTask, "foils"> {
  const ids = encodeFoils(case_, inputs);
  return ids === undefined
    ? {}
    : { foils: ids.flatMap((id) => new Array<number>(positions).fill(id)) };
}

function valuesOf(targets: Targets): ArrayLike<number> {
  return targets.categorical ? targets.classes : targets.values;
}
