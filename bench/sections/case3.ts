import { type DiscoveryTask, getAlgorithm } from "../../src/discovery/index.ts";
import type { Backend } from "../../src/engine/index.ts";
import { parseRecipe, train } from "../../src/training/index.ts";
import { withBackends } from "../backends.ts";
import { discoveryTask, trainingTask } from "../case-task.ts";
import { interleave, type Laps, local, type Pace } from "../interleave.ts";
import type { BenchContext, Section } from "../section.ts";
import { makeTable, rounded, type Table } from "../table.ts";

/** Work that takes a user's time. */
interface Work {
  readonly name: string;
  /** Makes it ready on a backend, to be done as often as wanted. */
  prepare(backend: Backend): () => Promise<unknown>;
}

/** One epoch as the original trains: 375 batches of 256 pairs, three updates each, and validation. */
const EPOCH: Work = {
  name: "SIIT epoch",
  prepare: (backend) => {
    const task = trainingTask("3");
    const recipe = parseRecipe({ epochs: 1, earlyStop: false });
    return () => train(task, recipe, { backend });
  },
};

const discovery = (name: string, algorithm: string, options: Record<string, unknown>): Work => ({
  name,
  prepare: (backend) => {
    const task: DiscoveryTask = discoveryTask("3", backend);
    return () => getAlgorithm(algorithm).discover(task, options, { backend });
  },
});

const WORKS: readonly Work[] = [
  EPOCH,
  discovery("ACDC, threshold 0.025", "acdc", { threshold: 0.025 }),
  discovery("EAP", "eap", { threshold: 0.01 }),
  discovery("EAP, 11 points", "eap", { threshold: 0.01, integratedGradSteps: 10 }),
  discovery("SP, 300 epochs", "sp", {}),
  discovery("SP edge-wise, 300 epochs", "sp", { edgewise: true }),
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
    const contestants = backends.map((backend) => local(backend.name, prepare(backend)));
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
  summary: "Training and discovery on case 3",
  run: (context) => withBackends(1, (backends) => timeWorks(backends, context)),
};
