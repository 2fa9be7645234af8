import {
  type CaseTask,
  caseTask,
  corruptData,
  type Dataset,
  encodeTargets,
  generateData,
  getCase,
  highLevelModel,
} from "../src/cases/index.ts";
import type { DiscoveryTask } from "../src/discovery/index.ts";
import type { Backend } from "../src/engine/index.ts";
import { Key } from "../src/rng/index.ts";
import { initialTransformer, parseRecipe, type TrainingTask } from "../src/training/index.ts";

const key = Key.fromSeed(1234);

function taskAndData(id: string): CaseTask & Dataset {
  const case_ = getCase(id);
  return { ...caseTask(case_), ...generateData(case_, { key, size: 256 }) };
}

/** What training takes of a case, on 256 inputs. */
export function trainingTask(id: string): TrainingTask {
  return taskAndData(id);
}

/**
 * What discovery takes of a numerical case, on 256 pairs of inputs. The transformer is untrained,
 * which costs the same to search as a trained one, but for early decisions of ACDC.
 */
export async function discoveryTask(id: string, backend: Backend): Promise<DiscoveryTask> {
  const clean = taskAndData(id);
  const corrupted = corruptData(getCase(id), clean, { key });
  const [targets, corruptedTargets] = [clean, corrupted].map((data) => {
    const encoded = encodeTargets(highLevelModel(getCase(id)), data, backend);
    if (encoded.categorical) throw new Error(`case ${id} is not numerical`);
    return encoded.values;
  });
  return {
    transformer: await initialTransformer(clean, parseRecipe({})),
    rows: clean.count,
    positions: clean.positions,
    cleanTokens: clean.tokens,
    corruptedTokens: corrupted.tokens,
    targets: targets!,
    corruptedTargets: corruptedTargets!,
    categorical: clean.categorical,
    outputPositions: clean.outputPositions,
  };
}
