import { join } from "node:path";
import { getCase } from "../../src/cases/index.ts";
import { acdcOrder, fullGraph } from "../../src/circuit/index.ts";
import { caseDiscoveryTask, type DiscoveryTask, loadAlgorithm } from "../../src/discovery/index.ts";
import type { Backend } from "../../src/engine/index.ts";
import { rowWeights } from "../../src/interventions/index.ts";
import { packagedZoo, readModel } from "../../src/models/index.ts";
import { Key } from "../../src/rng/index.ts";
import { keptPositions, type Transformer } from "../../src/transformer/index.ts";
import { withBackends } from "../backends.ts";
import { prepareForward } from "../forward.ts";
import { interleave, type Laps, local, ratioOf } from "../interleave.ts";
import type { BenchContext, Section } from "../section.ts";
import { makeTable, rounded, type Table } from "../table.ts";
import { openTorch, type TorchMissing, type TorchPeer, torchNotes } from "../torch.ts";

const CASES = ["3", "13", "18"] as const;

/** Pairs of inputs. */
const ROWS = 64;

const THRESHOLD = 0.025;

/** A model of the zoo on pairs of inputs. */
interface Subject {
  readonly id: string;
  readonly folder: string;
  readonly transformer: Transformer;
  taskOn(backend: Backend): DiscoveryTask;
}

/** What is timed, and what it comes to: numbers, in the order of the edges. */
interface Work {
  readonly name: string;
  /** What bench/peers/torch_discovery.py calls it. */
  readonly peer: string;
  /** Makes it ready to be done as often as wanted. */
  prepare(task: DiscoveryTask, backend: Backend): Promise<() => Promise<readonly number[]>>;
}

const search = (
  name: string,
  options: (task: DiscoveryTask) => Record<string, unknown>,
): Pick<Work, "prepare"> => ({
  prepare: async (task, backend) => {
    const algorithm = await loadAlgorithm(name);
    const { edges } = fullGraph(task.transformer.config);
    return async () => {
      const { shown, circuit } = await algorithm.discover(task, options(task), { backend });
      if (name !== "acdc") return edges.map(({ text }) => shown.get(text)!);
      return [...circuit!.edges.keys()].map((text) => edges.findIndex((one) => one.text === text));
    };
  },
});

const WORKS: readonly Work[] = [
  {
    name: "forward pass",
    peer: "forward",
    prepare: async (task, backend) => {
      const forward = prepareForward(task, backend);
      return async () => {
        forward();
        return [];
      };
    },
  },
  {
    name: "EAP",
    peer: "eap",
    ...search("eap", ({ categorical }) => ({
      threshold: THRESHOLD,
      loss: categorical ? "kl_div" : "mse",
    })),
  },
  { name: "exact", peer: "exact", ...search("exact", () => ({ threshold: THRESHOLD })) },
  { name: "ACDC", peer: "acdc", ...search("acdc", () => ({ threshold: THRESHOLD })) },
];

function openSubject(id: string): Subject {
  const folder = join(packagedZoo(), `${id}-seed1`);
  const transformer = readModel(folder);
  const key = Key.fromSeed(1234);
  return {
    id,
    folder,
    transformer,
    taskOn: (backend) => caseDiscoveryTask(getCase(id), transformer, { key, size: ROWS, backend }),
  };
}

/** The task as bench/peers/torch_discovery.py takes it. */
function peerTask({ id, folder, transformer }: Subject, task: DiscoveryTask) {
  const graph = fullGraph(transformer.config);
  const rowsOf = (values: ArrayLike<number>) => {
    const width = values.length / task.rows;
    const all = Array.from(values);
    return Array.from({ length: task.rows }, (_, row) => all.slice(row * width, (row + 1) * width));
  };
  return {
    name: id,
    folder,
    clean: rowsOf(task.cleanTokens),
    corrupted: rowsOf(task.corruptedTokens!),
    targets: rowsOf(task.targets!),
    corruptedTargets: rowsOf(task.corruptedTargets!),
    rowWeights: [...rowWeights(task)],
    positions: keptPositions(task),
    categorical: task.categorical,
    edges: graph.edges.map(({ source, destination }) => [source, destination]),
    order: acdcOrder(graph),
    threshold: THRESHOLD,
  };
}

/** One piece of work on one model, by contestant. */
interface WorkRow {
  readonly model: string;
  readonly work: string;
  readonly laps: Readonly<Record<string, Laps>>;
  /** How far the peer's numbers are from ours, as a share of the largest of these. */
  readonly difference: number | undefined;
}

/** max |a − b| / max |b|. */
function differenceOf(found: readonly number[], ours: readonly number[]): number | undefined {
  if (ours.length === 0) return undefined;
  const largest = Math.max(...ours.map(Math.abs));
  const apart = Math.max(...ours.map((x, i) => Math.abs(x - (found[i] ?? Number.NaN))));
  return apart / largest;
}

async function timeWork(
  work: Work,
  subject: Subject,
  backends: readonly Backend[],
  torch: TorchPeer | TorchMissing,
  { pace, progress }: BenchContext,
): Promise<WorkRow> {
  progress(`${work.name}, case ${subject.id}`);
  const actions = await Promise.all(
    backends.map(async (backend) => ({
      name: backend.name,
      action: await work.prepare(subject.taskOn(backend), backend),
    })),
  );
  const own = actions.map(({ name, action }) => local(name, action));
  const request = {
    task: peerTask(subject, subject.taskOn(backends[0]!)),
    work: work.peer,
  };
  const hasTorch = !("missing" in torch);
  const laps = await interleave(hasTorch ? [...own, torch.contestant(request)] : own, pace);
  const found = hasTorch ? await torch.resultOf<number[] | null>(request) : undefined;
  const difference = found ? differenceOf(found, await actions[0]!.action()) : undefined;
  return { model: `case ${subject.id}`, work: work.name, laps, difference };
}

async function timeDiscovery(context: BenchContext): Promise<Table> {
  const torch = await openTorch("torch_discovery", 1);
  try {
    return await withBackends(1, async (backends) => {
      const rows: WorkRow[] = [];
      for (const subject of CASES.map(openSubject)) {
        for (const work of WORKS) {
          rows.push(await timeWork(work, subject, backends, torch, context));
        }
      }
      const names = backends.map(({ name }) => name);
      return makeTable(
        `Discovery on ${ROWS} pairs, one thread`,
        [
          { heading: "model", value: ({ model }) => model },
          { heading: "work", value: ({ work }) => work },
          ...[...names, "torch"].map((name) => ({
            heading: `${name} ms`,
            value: ({ laps }: WorkRow) => rounded(laps[name]?.median),
          })),
          ...names.map((name) => ({
            heading: `torch / ${name}`,
            value: ({ laps }: WorkRow) => rounded(ratioOf(laps.torch, laps[name])),
          })),
          { heading: "apart", value: ({ difference }) => rounded(difference) },
        ],
        rows,
        [
          "apart: the largest difference between PyTorch's numbers and the first backend's, as a share of the largest number; of ACDC, 0 for the same edges.",
          ...torchNotes(torch),
        ],
      );
    });
  } finally {
    if (!("missing" in torch)) torch.close();
  }
}

/** Discovery on models of the zoo, beside the same in PyTorch. */
export const discovery: Section = {
  name: "discovery",
  summary: "Forward pass, EAP, exact and ACDC on trained models, beside PyTorch's",
  run: async (context) => [await timeDiscovery(context)],
};
