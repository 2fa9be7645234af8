import {
  type Case,
  caseTaskSteps,
  generateDataSteps,
  getCase,
  groundTruthCircuit,
} from "../../src/cases/index.ts";
import {
  caseDiscoveryTaskSteps,
  listAlgorithms,
  loadAlgorithm,
} from "../../src/discovery/index.ts";
import type { Backend } from "../../src/engine/index.ts";
import { auditBudget, auditDraws, auditModel } from "../../src/evaluation/index.ts";
import { paceSteps, turns } from "../../src/interventions/index.ts";
import { Key } from "../../src/rng/index.ts";
import {
  fastRecipe,
  handedOver,
  initialTransformer,
  parseRecipe,
  type RecipeInput,
  weightLearning,
} from "../../src/training/index.ts";
import { openSession } from "../../src/training/session.ts";
import { initialState } from "../../src/training/state.ts";
import type { Begin } from "./watch.ts";

/** Work that others are to go on beside. */
export interface PacedWork {
  readonly name: string;
  run(backend: Backend, begin: Begin): Promise<void>;
}

const key = Key.fromSeed(1234);

/** Inputs of a training, and of a discovery. */
const INPUTS = { training: 12_000, discovery: 256 } as const;

/** The task of a case and inputs for it, in turns. */
async function taskOf(case_: Case, begin?: Begin) {
  const turn = turns();
  await begin?.("task");
  const task = await paceSteps(caseTaskSteps(case_), { turn });
  await begin?.("data");
  const data = generateDataSteps(case_, { key, size: INPUTS.training });
  return { ...task, ...(await paceSteps(data, { turn })) };
}

/** Calls of updates after the first, which makes their program. */
const FURTHER_CALLS = 20;

/** A training up to its first validation, as `train` goes about it. */
function training(name: string, id: string, recipeOf: (case_: Case) => RecipeInput): PacedWork {
  return {
    name: `${name} ${id}`,
    async run(backend, begin) {
      const case_ = getCase(id);
      const task = await taskOf(case_, begin);
      const recipe = parseRecipe(recipeOf(case_));
      const turn = turns();
      await begin("first weights");
      const learning = weightLearning(task);
      const state = handedOver(initialState(recipe, await learning.start(recipe)));
      const trainer = await learning.trainer(recipe);
      await begin("opening");
      const opening = openSession(task, recipe, backend, state, learning, trainer);
      const session = await paceSteps(opening, { turn });
      await begin("first updates");
      await paceSteps(session.trainBatches(), { turn });
      await begin("further updates");
      for (let i = 0; i < FURTHER_CALLS; i++) await paceSteps(session.trainBatches(), { turn });
      for (const phase of ["first validation", "second validation"]) {
        await begin(phase);
        await paceSteps(session.validate(), { turn });
      }
      session.dispose();
    },
  };
}

/** The second time shows what is left when programs are made and machine code is warm. */
const TWICE = ["first time", "second time"];

function discovery(
  algorithm: string,
  id: string,
  options: Record<string, unknown> = {},
): PacedWork {
  return {
    name: `${algorithm} ${id}`,
    async run(backend, begin) {
      const case_ = getCase(id);
      const transformer = await initialTransformer(await taskOf(case_), parseRecipe({}));
      const inputs = { key, size: INPUTS.discovery, backend };
      const truth = groundTruthCircuit(case_);
      await begin("task");
      const found = await paceSteps(caseDiscoveryTaskSteps(case_, transformer, inputs));
      const task = { ...found, truth };
      const { discover } = await loadAlgorithm(algorithm);
      for (const phase of TWICE) {
        await begin(phase);
        await discover(task, options, { backend });
      }
    },
  };
}

function audit(id: string): PacedWork {
  return {
    name: `audit ${id}`,
    async run(backend, begin) {
      const case_ = getCase(id);
      const model = await initialTransformer(await taskOf(case_), parseRecipe({}));
      const draws = auditDraws(case_, auditBudget(case_, model.config), key);
      const task = { ...(await taskOf(case_)), ...draws };
      await begin("audit");
      await auditModel(model, task, groundTruthCircuit(case_), draws, { backend });
    },
  };
}

const CASES = ["3", "13", "18", "39", "81"];

/** Options of algorithms, as few steps of learning as show what a step keeps from others. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  eap: { integratedGradSteps: 10 },
  "edge-pruning": { steps: 20 },
  ibcircuit: { epochs: 20 },
  sp: { epochs: 20 },
  ugs: { steps: 20 },
};

const discoveries = (id: string): PacedWork[] =>
  listAlgorithms().map(({ name }) => discovery(name, id, OPTIONS[name]));

/** All that is watched. */
export const PACED_WORKS: readonly PacedWork[] = [
  ...CASES.map((id) => training("train fast", id, fastRecipe)),
  ...["3", "39"].map((id) => training("train original", id, () => ({}))),
  ...["3", "18", "39"].flatMap(discoveries),
  ...["3", "39"].map(audit),
];
