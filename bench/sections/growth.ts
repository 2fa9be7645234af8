import type { Backend } from "../../src/engine/index.ts";
import { lower } from "../../src/engine/lowering/lower.ts";
import type { Column } from "../../src/report/index.ts";
import { withBackends } from "../backends.ts";
import { interleave, type Laps, local } from "../interleave.ts";
import { median, timesOf } from "../measure.ts";
import type { BenchContext, Section } from "../section.ts";
import {
  prepareStep,
  type StepShape,
  stepFlops,
  stepProgram,
  stepShape,
  widthsOf,
} from "../step.ts";
import { makeTable, rounded, type Table } from "../table.ts";

const BASE = stepShape("d_model 20");

/** One size of the training step is changed, the others stay. */
interface Axis {
  readonly name: string;
  readonly values: readonly number[];
  change(value: number): Partial<StepShape>;
}

const AXES: readonly Axis[] = [
  { name: "batch", values: [64, 256, 1024, 4096], change: (batch) => ({ batch }) },
  { name: "d_model", values: [8, 16, 32, 64], change: widthsOf },
  { name: "layers", values: [1, 2, 4, 8], change: (nLayers) => ({ nLayers }) },
  { name: "positions", values: [5, 10, 20, 40], change: (positions) => ({ positions }) },
];

/** The training step at one size. */
interface GrowthRow {
  readonly size: number;
  readonly flops: number;
  readonly laps: Readonly<Record<string, Laps>>;
  /** From nothing to instructions, milliseconds. */
  readonly compile: number;
}

const REPETITIONS = 3;

async function timeSize(
  shape: StepShape,
  size: number,
  backends: readonly Backend[],
  { pace }: BenchContext,
): Promise<GrowthRow> {
  const prepared = backends.map((backend) => ({ backend, step: prepareStep(backend, shape) }));
  const laps = await interleave(
    prepared.map(({ backend, step }) => local(backend.name, step.run)),
    pace,
  );
  for (const { step } of prepared) step.dispose();
  const compile = () => lower(stepProgram(shape));
  return {
    size,
    flops: stepFlops(shape),
    laps,
    compile: median(await timesOf(compile, 0, REPETITIONS)),
  };
}

async function timeAxis(
  { name, values, change }: Axis,
  backends: readonly Backend[],
  context: BenchContext,
): Promise<Table> {
  const rows: GrowthRow[] = [];
  for (const size of values) {
    context.progress(`${name} ${size}`);
    rows.push(await timeSize({ ...BASE, ...change(size) }, size, backends, context));
  }
  const columns: Column<GrowthRow>[] = [
    { heading: name, value: ({ size }) => size },
    { heading: "MFLOP", value: ({ flops }) => rounded(flops / 1e6) },
    ...backends.flatMap(({ name }): Column<GrowthRow>[] => [
      { heading: `${name} ms`, value: ({ laps }) => rounded(laps[name]!.median) },
      {
        heading: "GFLOP/s",
        value: ({ laps, flops }) => rounded(flops / laps[name]!.median / 1e6),
      },
    ]),
    { heading: "compile ms", value: ({ compile }) => rounded(compile) },
  ];
  return makeTable(`Growth with ${name}: the step of ${BASE.name}, one thread`, columns, rows);
}

/** How the cost of a training step grows with its sizes. */
export const growth: Section = {
  name: "growth",
  summary: "How a training step's cost grows with batch, width, depth and length",
  run: (context) =>
    withBackends(1, async (backends) => {
      const tables: Table[] = [];
      for (const axis of AXES) tables.push(await timeAxis(axis, backends, context));
      return tables;
    }),
};
