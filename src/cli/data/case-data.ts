import {
  type Case,
  corruptData,
  encodeTargets,
  generateData,
  highLevelModel,
  type Targets,
} from "../../cases/index.ts";
import type { DiscoveryTask } from "../../discovery/index.ts";
import type { Backend } from "../../engine/index.ts";
import { Key } from "../../rng/index.ts";
import type { Transformer } from "../../transformer/index.ts";

/** Which pairs of inputs of a case to make. */
export interface PairOptions {
  readonly dataSize: number;
  readonly seed: number;
}

/**
 * A discovery task on a case's own data: clean inputs (all of them if there are no more than
 * `dataSize`), corrupted ones, and what the compiled transformer makes of both.
 */
export function caseDiscoveryTask(
  case_: Case,
  transformer: Transformer,
  { dataSize, seed }: PairOptions,
  backend: Backend,
): DiscoveryTask {
  const key = Key.fromSeed(seed).fold("discovery");
  const clean = generateData(case_, { key, size: dataSize });
  const corrupted = corruptData(case_, clean, { key });
  const model = highLevelModel(case_);
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
    outputPositions: "notFirst",
  };
}

function valuesOf(targets: Targets): ArrayLike<number> {
  return targets.categorical ? targets.classes : targets.values;
}
