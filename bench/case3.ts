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
import { type DiscoveryTask, getAlgorithm } from "../src/discovery/index.ts";
import type { Backend } from "../src/engine/index.ts";
import { Key } from "../src/rng/index.ts";
import { initialTransformer, parseRecipe, train } from "../src/training/index.ts";

/** What is timed on case 3, each in seconds. */
export interface Case3Times {
  /** The original's epoch: 375 batches of 256 pairs, three updates each, and the validation. */
  readonly epoch: number;
  readonly acdc: number;
  readonly eap: number;
  readonly integratedGradients: number;
}

const key = Key.fromSeed(1234);

function caseData(): { task: CaseTask; data: Dataset } {
  const fractionOfX = getCase("3");
  return { task: caseTask(fractionOfX), data: generateData(fractionOfX, { key, size: 256 }) };
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}

async function timeEpoch(backend: Backend): Promise<number> {
  const { task, data } = caseData();
  const { tokens, multiplicity, positions } = data;
  const recipe = parseRecipe({ epochs: 1, earlyStop: false });
  return timed(() => train({ ...task, tokens, multiplicity, positions }, recipe, { backend }));
}

/** An untrained model costs the same to search as a trained one, but for early decisions of ACDC. */
function discoveryTask(backend: Backend): DiscoveryTask {
  const { task, data } = caseData();
  const fractionOfX = getCase("3");
  const corrupted = corruptData(fractionOfX, data, { key });
  const targets = encodeTargets(highLevelModel(fractionOfX), data, backend);
  const corruptedTargets = encodeTargets(highLevelModel(fractionOfX), corrupted, backend);
  if (targets.categorical || corruptedTargets.categorical) throw new Error("case 3 is numerical");
  return {
    transformer: initialTransformer({ ...task, ...data }, parseRecipe({})),
    rows: data.count,
    positions: data.positions,
    cleanTokens: data.tokens,
    corruptedTokens: corrupted.tokens,
    targets: targets.values,
    corruptedTargets: corruptedTargets.values,
    categorical: task.categorical,
    outputPositions: task.outputPositions,
  };
}

/** Times training and discovery on case 3; discovery is timed on the second call. */
export async function timeCase3(backend: Backend): Promise<Case3Times> {
  const task = discoveryTask(backend);
  const discover = async (name: string, options: Record<string, unknown>): Promise<number> => {
    const run = () => getAlgorithm(name).discover(task, options, { backend });
    await run();
    return timed(run);
  };
  return {
    epoch: await timeEpoch(backend),
    acdc: await discover("acdc", { threshold: 0.025 }),
    eap: await discover("eap", { threshold: 0.01 }),
    integratedGradients: await discover("eap", { threshold: 0.01, integratedGradSteps: 10 }),
  };
}
