import type { Backend } from "../../src/engine/index.ts";
import type { Column } from "../../src/report/index.ts";
import { threadCounts, withBackends } from "../backends.ts";
import { interleave, type Laps, local, type Pace, ratioOf } from "../interleave.ts";
import type { BenchContext, Section } from "../section.ts";
import { prepareStep, STEP_SHAPES, type StepShape, stepFlops } from "../step.ts";
import { makeTable, rounded, type Table } from "../table.ts";
import { openTorch, type TorchMissing, type TorchPeer, torchNotes } from "../torch.ts";

/** A training step of one shape, by contestant. */
interface StepRow {
  readonly step: string;
  /** Floating-point operations. */
  readonly flops: number;
  readonly laps: Readonly<Record<string, Laps>>;
}

/** Operations above which a step takes seconds: two rounds have to do. */
const LONG_STEP = 3e10;

const paceOf = (shape: StepShape, pace: Pace): Pace =>
  stepFlops(shape) > LONG_STEP ? { rounds: Math.min(2, pace.rounds), seconds: 0 } : pace;

function columns(names: readonly string[], hasTorch: boolean): Column<StepRow>[] {
  const times = names.flatMap((name): Column<StepRow>[] => [
    { heading: `${name} ms`, value: ({ laps }) => rounded(laps[name]!.median) },
    {
      heading: "GFLOP/s",
      value: ({ laps, flops }) => rounded(flops / laps[name]!.median / 1e6),
    },
  ]);
  const ratios = names.map(
    (name): Column<StepRow> => ({
      heading: `torch / ${name}`,
      value: ({ laps }) => rounded(ratioOf(laps.torch, laps[name])),
    }),
  );
  const torch: Column<StepRow> = {
    heading: "torch ms",
    value: ({ laps }) => rounded(laps.torch?.median),
  };
  const step: Column<StepRow> = { heading: "training step", value: (row) => row.step };
  return [step, ...times, ...(hasTorch ? [torch, ...ratios] : [])];
}

const COUNTED = "GFLOP/s counts contractions only: three times those of the forward pass.";

/** Times one shape on every backend, and in PyTorch where it is there. */
async function timeStep(
  shape: StepShape,
  backends: readonly Backend[],
  torch: TorchPeer | TorchMissing,
  pace: Pace,
): Promise<StepRow> {
  const prepared = backends.map((backend) => ({ backend, step: prepareStep(backend, shape) }));
  const own = prepared.map(({ backend, step }) => local(backend.name, step.run));
  const peers = "missing" in torch ? [] : [torch.contestant({ shape })];
  const laps = await interleave([...own, ...peers], paceOf(shape, pace));
  for (const { step } of prepared) step.dispose();
  return { step: shape.name, flops: stepFlops(shape), laps };
}

async function timeSteps(threads: number, { pace, progress }: BenchContext): Promise<Table> {
  const torch = await openTorch("torch_step", threads);
  const hasTorch = !("missing" in torch);
  const onThreads = threads === 1 ? "one thread" : `${threads} threads`;
  try {
    return await withBackends(threads, async (backends) => {
      const rows: StepRow[] = [];
      for (const shape of STEP_SHAPES) {
        progress(`${shape.name}, ${onThreads}`);
        rows.push(await timeStep(shape, backends, torch, pace));
      }
      const names = backends.map(({ name }) => name);
      return makeTable(`Training steps, ${onThreads}`, columns(names, hasTorch), rows, [
        COUNTED,
        ...torchNotes(torch),
      ]);
    });
  } finally {
    if (hasTorch) torch.close();
  }
}

/** Training steps beside PyTorch's, on one thread and on all. */
export const steps: Section = {
  name: "steps",
  summary: "Training steps by width, case 3's and IOI's, beside PyTorch's",
  async run(context) {
    const tables: Table[] = [];
    for (const threads of threadCounts()) tables.push(await timeSteps(threads, context));
    return tables;
  },
};
