import {
  type Case,
  causalModelOf,
  corruptData,
  encodeTargets,
  generateData,
  type Targets,
} from "../../cases/index.ts";
import type { Backend } from "../../engine/index.ts";
import type { Key } from "../../rng/index.ts";
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
}

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
  { key, size, backend }: CaseInputs,
): DiscoveryTask {
  const clean = generateData(case_, { key, size });
  const corrupted = corruptData(case_, clean, { key });
  const model = causalModelOf(case_);
  const targetsOf = (data: typeof clean) => valuesOf(encodeTargets(model, data, backend));
  return {
    transformer,
    rows: clean.count,
    positions: clean.positions,
    cleanTokens: clean.tokens,
    corruptedTokens: corrupted.tokens,
    targets: targetsOf(clean),
    corruptedTargets: targetsOf(corrupted),
    multiplicity: clean.multiplicity,
    categorical: model.categorical,
    outputPositions: case_.outputPositions,
  };
}

function valuesOf(targets: Targets): ArrayLike<number> {
  return targets.categorical ? targets.classes : targets.values;
}
