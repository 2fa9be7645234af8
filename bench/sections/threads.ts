import type { Backend } from "../../src/engine/index.ts";
import type { Column } from "../../src/report/index.ts";
import { openBackends, threadCounts } from "../backends.ts";
import { interleave, type Laps, local, ratioOf } from "../interleave.ts";
import type { BenchContext, Section } from "../section.ts";
import { prepareStep, stepShape } from "../step.ts";
import { makeTable, rounded, type Table } from "../table.ts";

const SHAPES = ["d_model 12", "d_model 20", "d_model 64"].map(stepShape);

/** A training step on one thread and on several. */
interface ThreadRow {
  readonly step: string;
  readonly backend: string;
  readonly one: Laps;
  readonly several: Laps;
  /** How many times faster several threads are. */
  readonly gain: number;
}

async function timeRows(
  pairs: readonly (readonly [one: Backend, several: Backend])[],
  { pace, progress }: BenchContext,
): Promise<ThreadRow[]> {
  const rows: ThreadRow[] = [];
  for (const shape of SHAPES) {
    for (const [one, several] of pairs) {
      progress(`${shape.name}, ${one.name}`);
      const prepared = [one, several].map((backend) => prepareStep(backend, shape));
      const contestants = prepared.map(({ run }, i) => local(String(i), run));
      const { 0: alone, 1: shared } = await interleave(contestants, pace);
      for (const step of prepared) step.dispose();
      const gain = ratioOf(alone, shared)!;
      rows.push({ step: shape.name, backend: one.name, one: alone!, several: shared!, gain });
    }
  }
  return rows;
}

async function timeThreads(context: BenchContext): Promise<readonly Table[]> {
  const [, count] = threadCounts();
  const title = "Threads, in turns";
  const columns: Column<ThreadRow>[] = [
    { heading: "training step", value: ({ step }) => step },
    { heading: "backend", value: ({ backend }) => backend },
    { heading: "1 thread ms", value: ({ one }) => rounded(one.median) },
    {
      heading: `${count ?? "several"} threads ms`,
      value: ({ several }) => rounded(several.median),
    },
    { heading: "times faster", value: ({ gain }) => rounded(gain) },
  ];
  if (count === undefined) {
    return [makeTable(title, columns, [], ["This process may use one processor only."])];
  }
  const [one, several] = [await openBackends(), await openBackends(count)];
  try {
    const rows = await timeRows(
      one.map((backend, i) => [backend, several[i]!]),
      context,
    );
    return [makeTable(title, columns, rows)];
  } finally {
    for (const backend of [...one, ...several]) backend.dispose();
  }
}

/** What further threads bring. */
export const threads: Section = {
  name: "threads",
  summary: "Training steps on one thread against all of them",
  run: timeThreads,
};
