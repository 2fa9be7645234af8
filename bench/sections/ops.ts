import type { Backend } from "../../src/engine/index.ts";
import { measurePeak } from "../../src/engine/native/host.node.ts";
import type { Column } from "../../src/report/index.ts";
import { withBackends } from "../backends.ts";
import { CONTRACTIONS } from "../contractions.ts";
import { BATCH, type Operation, timeOperation } from "../operation.ts";
import { ROW_OPERATIONS } from "../row-operations.ts";
import type { BenchContext, Section } from "../section.ts";
import { makeTable, rounded, type Table } from "../table.ts";

/** An operation's times over the batch in milliseconds, by backend. */
interface OperationRow {
  readonly operation: string;
  readonly shape: string;
  /** Floating-point operations or elements made, over the batch. */
  readonly work: number;
  readonly milliseconds: Readonly<Record<string, number>>;
}

async function timeOne(
  operation: Operation,
  backends: readonly Backend[],
  { pace, progress }: BenchContext,
): Promise<OperationRow> {
  const { name, shape, work } = operation;
  progress(`${name}, ${shape}`);
  const milliseconds = await timeOperation(operation, backends, pace);
  return { operation: name, shape, work: work * BATCH, milliseconds };
}

const WHAT: readonly Column<OperationRow>[] = [
  { heading: "operation", value: ({ operation }) => operation },
  { heading: "shape", value: ({ shape }) => shape },
];

/** A contraction's row, and how near it comes to what the core can do. */
interface ContractionRow extends OperationRow {
  /** Floating-point operations per second, by backend. */
  readonly speeds: Readonly<Record<string, number>>;
  /** The speeds' shares of the core's peak; `undefined` without native kernels. */
  readonly shares: Readonly<Record<string, number>> | undefined;
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

/**
 * Times contractions. The peak is measured beside each of them and the best one counts: other work
 * on the machine can only lower it.
 */
async function timeContractions(
  backends: readonly Backend[],
  context: BenchContext,
): Promise<Table> {
  const hasNative = backends.some(({ name }) => name === "native");
  const timed: OperationRow[] = [];
  let peak: number | undefined;
  for (const operation of CONTRACTIONS) {
    timed.push(await timeOne(operation, backends, context));
    if (hasNative) peak = Math.max(peak ?? 0, measurePeak());
  }
  const rows = timed.map((row): ContractionRow => {
    const speeds = mapValues(row.milliseconds, (time) => (row.work / time) * 1000);
    const shares = peak === undefined ? undefined : mapValues(speeds, (speed) => speed / peak);
    return { ...row, speeds, shares };
  });
  const columns = backends.flatMap(({ name }): Column<ContractionRow>[] => [
    { heading: `${name} GFLOP/s`, value: ({ speeds }) => rounded(speeds[name]! / 1e9) },
    { heading: "% of peak", value: ({ shares }) => shares && Math.round(100 * shares[name]!) },
  ]);
  const notes =
    peak === undefined
      ? []
      : [`Peak: ${(peak / 1e9).toFixed(0)} GFLOP/s, multiply-adds in registers on one core.`];
  const title = `Contractions, batch ${BATCH}, one thread`;
  return makeTable(title, [...WHAT, ...columns], rows, notes);
}

async function timeRowOperations(
  backends: readonly Backend[],
  context: BenchContext,
): Promise<Table> {
  const rows: OperationRow[] = [];
  for (const operation of ROW_OPERATIONS) rows.push(await timeOne(operation, backends, context));
  const columns = backends.map(
    ({ name }): Column<OperationRow> => ({
      heading: `${name} ns / element`,
      value: ({ work, milliseconds }) => rounded((milliseconds[name]! * 1e6) / work),
    }),
  );
  return makeTable(`Other operations, batch ${BATCH}, one thread`, [...WHAT, ...columns], rows);
}

/** Single operations, away from any model. */
export const ops: Section = {
  name: "ops",
  summary: "Single operations: GFLOP/s and share of the core's peak, ns per element",
  run: (context) =>
    withBackends(1, async (backends) => [
      await timeContractions(backends, context),
      await timeRowOperations(backends, context),
    ]),
};
