import type { Backend } from "../../src/engine/index.ts";
import { withBackends } from "../backends.ts";
import {
  acdc,
  eap,
  eapIgInputs,
  exact,
  forwardPass,
  openSubject,
  peerTask,
  type Subject,
  type Work,
  withNewConfig,
} from "../discovery-works.ts";
import { interleave, type Laps, local, ratioOf } from "../interleave.ts";
import type { BenchContext, Section } from "../section.ts";
import { makeTable, rounded, type Table } from "../table.ts";
import { openTorch, type TorchMissing, type TorchPeer, torchNotes } from "../torch.ts";

const CASES = ["3", "13", "18"] as const;

/** Works beside PyTorch's, on so many pairs. */
const BESIDE = { size: 64, works: [forwardPass, eap, exact, acdc] } as const;

/** Works again and for the first time, on so many pairs. */
const CALLS = { size: 256, works: [eap, eapIgInputs, exact, acdc] } as const;

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
    work: work.peer ?? "",
  };
  const hasTorch = !("missing" in torch) && work.peer !== undefined;
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
      for (const id of CASES) {
        const subject = openSubject(id, BESIDE.size);
        for (const work of BESIDE.works) {
          rows.push(await timeWork(work, subject, backends, torch, context));
        }
      }
      const names = backends.map(({ name }) => name);
      return makeTable(
        `Discovery on ${BESIDE.size} pairs, one thread`,
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

/** One piece of work on one model: again, and where its programs have to be made. */
interface CallRow {
  readonly model: string;
  readonly work: string;
  /** By backend. */
  readonly again: Readonly<Record<string, Laps>>;
  readonly first: Readonly<Record<string, Laps>>;
}

async function timeCalls(context: BenchContext): Promise<Table> {
  return withBackends(1, async (backends) => {
    const rows: CallRow[] = [];
    const names = backends.map(({ name }) => name);
    let configs = 0;
    for (const id of CASES) {
      const subject = openSubject(id, CALLS.size);
      for (const work of CALLS.works) {
        context.progress(`${work.name} on ${CALLS.size} pairs, case ${id}`);
        const again = await Promise.all(
          backends.map(async (backend) =>
            local(backend.name, await work.prepare(subject.taskOn(backend), backend)),
          ),
        );
        const first = backends.map((backend) => {
          const task = subject.taskOn(backend);
          return local(`${backend.name} first`, async () =>
            (await work.prepare(withNewConfig(task, ++configs), backend))(),
          );
        });
        const laps = await interleave([...again, ...first], context.pace);
        rows.push({
          model: `case ${id}`,
          work: work.name,
          again: Object.fromEntries(names.map((name) => [name, laps[name]!])),
          first: Object.fromEntries(names.map((name) => [name, laps[`${name} first`]!])),
        });
      }
    }
    return makeTable(
      `Discovery on ${CALLS.size} pairs, again and for the first time, one thread`,
      [
        { heading: "model", value: ({ model }) => model },
        { heading: "work", value: ({ work }) => work },
        ...names.flatMap((name) => [
          { heading: `${name} ms`, value: ({ again }: CallRow) => rounded(again[name]?.median) },
          { heading: "least", value: ({ again }: CallRow) => rounded(again[name]?.best) },
          { heading: "first ms", value: ({ first }: CallRow) => rounded(first[name]?.median) },
          { heading: "least", value: ({ first }: CallRow) => rounded(first[name]?.best) },
        ]),
      ],
      rows,
      [
        "first: of a configuration for which no program has been made, in a process that has made others.",
      ],
    );
  });
}

/** Discovery on models of the zoo, beside the same in PyTorch, and what first calls take. */
export const discovery: Section = {
  name: "discovery",
  summary: "Forward pass, EAP, exact and ACDC on trained models, beside PyTorch's; first calls",
  run: async (context) => [await timeDiscovery(context), await timeCalls(context)],
};
