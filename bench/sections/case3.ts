import { getCase, groundTruthCircuit } from "../../src/cases/index.ts";
import { componentsOf } from "../../src/circuit/index.ts";
import { type DiscoveryTask, loadAlgorithm } from "../../src/discovery/index.ts";
import type { Backend } from "../../src/engine/index.ts";
import { auditDraws, auditModel, measureRealism } from "../../src/evaluation/index.ts";
import { runSteps } from "../../src/interventions/index.ts";
import { Key } from "../../src/rng/index.ts";
import {
  handedOver,
  initialTransformer,
  parseRecipe,
  train,
  weightLearning,
} from "../../src/training/index.ts";
import { openSession } from "../../src/training/session.ts";
import { initialState } from "../../src/training/state.ts";
import { withBackends } from "../backends.ts";
import { discoveryTask, trainingTask } from "../case-task.ts";
import { interleave, type Laps, local, type Pace } from "../interleave.ts";
import type { BenchContext, Section } from "../section.ts";
import { makeTable, rounded, type Table } from "../table.ts";

/** Work that takes a user's time. */
interface Work {
  readonly name: string;
  /** Makes it ready on a backend, to be done as often as wanted. */
  prepare(backend: Backend): Promise<() => Promise<unknown>>;
}

/** As the original trains: 375 batches of 256 pairs an epoch, three updates each, and validation. */
const RECIPE = parseRecipe({ epochs: 1, earlyStop: false });

/** A run's first epoch, with all that comes before it: pairs, targets, programs. */
const FIRST_EPOCH: Work = {
  name: "SIIT, first epoch",
  prepare: async (backend) => {
    const task = trainingTask("3");
    return () => train(task, RECIPE, { backend });
  },
};

const NEXT_EPOCH: Work = {
  name: "SIIT, every further epoch",
  prepare: async (backend) => {
    const task = trainingTask("3");
    const learning = weightLearning(task);
    const begin = handedOver(initialState(RECIPE, await learning.start(RECIPE)));
    const trainer = await learning.trainer(RECIPE);
    const recipe = { ...RECIPE, epochs: 1e6 };
    const session = runSteps(openSession(task, recipe, backend, begin, learning, trainer));
    const trainEpoch = () => {
      while (!session.isDue) runSteps(session.trainBatches());
      return runSteps(session.validate());
    };
    trainEpoch();
    return async () => trainEpoch();
  },
};

const discovery = (name: string, algorithm: string, options: Record<string, unknown>): Work => ({
  name,
  prepare: async (backend) => {
    const task: DiscoveryTask = await discoveryTask("3", backend);
    return async () => (await loadAlgorithm(algorithm)).discover(task, options, { backend });
  },
});

/** What is left without the nodes outside the truth, by mean and by zero, on all inputs. */
const REALISM: Work = {
  name: "realism of the truth",
  prepare: async (backend) => {
    const task = trainingTask("3");
    const model = await initialTransformer(task, RECIPE);
    const truth = new Set(componentsOf(groundTruthCircuit(getCase("3"))));
    return () => measureRealism(model, task, [truth], { backend });
  },
};

/** Every node exchanged on all 65,536 pairs, and by mean and zero on all inputs; edges on 256 pairs. */
const AUDIT: Work = {
  name: "audit: nodes on all pairs",
  prepare: async (backend) => {
    const case_ = getCase("3");
    const budget = { pairs: 65_536, edgePairs: 256, inputs: 256 };
    const draws = auditDraws(case_, budget, Key.fromSeed(1234));
    const task = { ...trainingTask("3"), ...draws };
    const model = await initialTransformer(task, RECIPE);
    return () => auditModel(model, task, groundTruthCircuit(case_), draws, { backend });
  },
};

const WORKS: readonly Work[] = [
  FIRST_EPOCH,
  NEXT_EPOCH,
  discovery("ACDC, threshold 0.025", "acdc", { threshold: 0.025 }),
  discovery("legacy ACDC, threshold 0.025", "legacy_acdc", { threshold: 0.025 }),
  discovery("EAP", "eap", { threshold: 0.01 }),
  discovery("EAP, 11 points", "eap", { threshold: 0.01, integratedGradSteps: 10 }),
  discovery("SP, 300 epochs", "sp", {}),
  discovery("SP edge-wise, 300 epochs", "sp", { edgewise: true }),
  REALISM,
  AUDIT,
];

/** An epoch takes seconds: a few rounds have to do. */
const MOST_ROUNDS = 3;

/** One piece of work, by backend. */
interface WorkRow {
  readonly work: string;
  readonly laps: Readonly<Record<string, Laps>>;
}

async function timeWorks(
  backends: readonly Backend[],
  { pace, progress }: BenchContext,
): Promise<readonly Table[]> {
  const slow: Pace = { ...pace, rounds: Math.min(MOST_ROUNDS, pace.rounds) };
  const rows: WorkRow[] = [];
  for (const { name, prepare } of WORKS) {
    progress(name);
    const contestants = await Promise.all(
      backends.map(async (backend) => local(backend.name, await prepare(backend))),
    );
    rows.push({ work: name, laps: await interleave(contestants, slow) });
  }
  return [
    makeTable(
      "Case 3, one thread",
      [
        { heading: "work", value: ({ work }) => work },
        ...backends.map(({ name }) => ({
          heading: `${name} ms`,
          value: ({ laps }: WorkRow) => rounded(laps[name]!.median),
        })),
      ],
      rows,
    ),
  ];
}

/** Training and discovery from the beginning to the end, programs compiled anew each time. */
export const case3: Section = {
  name: "case3",
  summary: "Training, discovery and an audit on case 3",
  run: (context) => withBackends(1, (backends) => timeWorks(backends, context)),
};
