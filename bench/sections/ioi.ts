import { caseTask, generateData, getCase } from "../../src/cases/index.ts";
import type { Backend, Run } from "../../src/engine/index.ts";
import { lower } from "../../src/engine/lowering/lower.ts";
import { runSteps } from "../../src/interventions/index.ts";
import { Key } from "../../src/rng/index.ts";
import { handedOver, parseRecipe, weightLearning } from "../../src/training/index.ts";
import { openSession } from "../../src/training/session.ts";
import { initialState } from "../../src/training/state.ts";
import { withBackends } from "../backends.ts";
import { CONTRACTIONS } from "../contractions.ts";
import { type Contestant, interleave } from "../interleave.ts";
import { BATCH, prepareOperation } from "../operation.ts";
import type { BenchContext, Section } from "../section.ts";
import { makeTable, rounded } from "../table.ts";

/** As the original trains: three updates a batch of 256 pairs. */
const RECIPE = parseRecipe({ epochs: 1e6, earlyStop: false });

/** Few prompts: how many there are does not change what a batch takes. */
const PROMPTS = 2000;

/** The three contractions of every layer, at the width of the compact transformer. */
const RATED = CONTRACTIONS.filter(
  ({ name, shape }) => shape === "d_model 64" && name !== "activation × activation",
);

/** A backend that adds up the floating-point operations of the contractions that it runs. */
function counting(backend: Backend) {
  let flops = 0;
  const count = (runs: readonly Run[]) => {
    for (const { executable, options } of runs) {
      flops += 2 * lower(executable.program).work * options.batch;
    }
  };
  const counted: Backend = {
    ...backend,
    runAll: (runs) => {
      count(runs);
      return backend.runAll(runs);
    },
    runInSteps: (runs) => {
      count(runs);
      return backend.runInSteps(runs);
    },
  };
  return {
    backend: counted,
    /** Those since it was asked last. */
    flops: () => {
      const sum = flops;
      flops = 0;
      return sum;
    },
  };
}

/** Training of the compact IOI transformer; `run` takes the next batch. */
async function prepareTraining(backend: Backend) {
  const case_ = getCase("ioi");
  const data = generateData(case_, { key: Key.fromSeed(1234), size: PROMPTS });
  const task = { ...caseTask(case_), ...data };
  const learning = weightLearning(task);
  const begin = handedOver(initialState(RECIPE, await learning.start(RECIPE)));
  const trainer = await learning.trainer(RECIPE);
  const session = runSteps(openSession(task, RECIPE, backend, begin, learning, trainer));
  return { run: () => runSteps(session.trainBatches()), dispose: session.dispose };
}

/** Timed by the processor time of this process, which other work on the machine does not add to. */
const byProcessor = (name: string, action: () => unknown): Contestant => ({
  name,
  async slice(seconds) {
    const times: number[] = [];
    const end = performance.now() + seconds * 1000;
    do {
      const start = process.cpuUsage();
      action();
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1000);
    } while (performance.now() < end);
    return times;
  },
});

/** A batch's time beside that of its contractions. */
interface IoiRow {
  readonly backend: string;
  /** Of processor time. */
  readonly milliseconds: number;
  /** Floating-point operations of its contractions. */
  readonly flops: number;
  /** Floating-point operations per second of contractions alone. */
  readonly rate: number;
  /** How many times longer than its contractions at that rate. */
  readonly ratio: number;
}

/** The shortest runs are compared, taken in turns: what else the machine does can only make them longer. */
async function timeBatch(backend: Backend, { pace }: BenchContext): Promise<IoiRow> {
  const counter = counting(backend);
  const training = await prepareTraining(counter.backend);
  training.run();
  counter.flops();
  training.run();
  const flops = counter.flops();
  const rated = RATED.map((operation) => prepareOperation(operation, backend));
  const laps = await interleave(
    [
      byProcessor("batch", training.run),
      ...rated.flatMap(({ runs }, i) =>
        Object.entries(runs).map(([name, run]) => byProcessor(`${i} ${name}`, run)),
      ),
    ],
    pace,
  );
  const milliseconds = laps.batch!.best;
  const work = RATED.reduce((sum, operation) => sum + operation.work * BATCH, 0);
  const time = rated.reduce((sum, { timeOf }, i) => {
    const own = Object.entries(laps).filter(([name]) => name.startsWith(`${i} `));
    return sum + timeOf(Object.fromEntries(own.map(([name, lap]) => [name.slice(2), lap])));
  }, 0);
  for (const { dispose } of [training, ...rated]) dispose();
  const rate = (work / time) * 1000;
  const ratio = milliseconds / ((flops / rate) * 1000);
  return { backend: backend.name, milliseconds, flops, rate, ratio };
}

/** How much of a batch of compact IOI is not contractions. */
export const ioi: Section = {
  name: "ioi",
  summary: "Three updates of compact IOI beside the contractions that they are made of",
  run: (context) =>
    withBackends(1, async (backends) => {
      const rows: IoiRow[] = [];
      for (const backend of backends) {
        context.progress(backend.name);
        rows.push(await timeBatch(backend, context));
      }
      const table = makeTable(
        `Compact IOI: three updates, batch ${RECIPE.batchSize}, one thread`,
        [
          { heading: "backend", value: ({ backend }: IoiRow) => backend },
          { heading: "batch ms", value: ({ milliseconds }: IoiRow) => rounded(milliseconds) },
          { heading: "GFLOP", value: ({ flops }: IoiRow) => rounded(flops / 1e9) },
          { heading: "contractions, GFLOP/s", value: ({ rate }: IoiRow) => rounded(rate / 1e9) },
          { heading: "times as long", value: ({ ratio }: IoiRow) => rounded(ratio) },
        ],
        rows,
        ["The rate is that of a layer's three contractions at d_model 64, by themselves."],
      );
      return [table];
    }),
};
