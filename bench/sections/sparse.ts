import { type Dataset, generateData, getCase, highLevelModel } from "../../src/cases/index.ts";
import { type Backend, compile, sampleInput } from "../../src/engine/index.ts";
import { Key } from "../../src/rng/index.ts";
import { constantTensors, forward, type Transformer } from "../../src/transformer/index.ts";
import { withBackends } from "../backends.ts";
import { interleave, type Laps, local, ratioOf } from "../interleave.ts";
import type { BenchContext, Section } from "../section.ts";
import { makeTable, rounded } from "../table.ts";

/** Compiled models with hundreds of dimensions, most of their weights 0. */
const CASES = ["81", "113"];
const INPUTS = 256;

/** A forward pass of a compiled model over the inputs. */
interface SparseRow {
  readonly case: string;
  readonly backend: string;
  /** Share of the weights that are not 0. */
  readonly density: number;
  readonly dense: Laps;
  readonly sparse: Laps;
  /** How many times faster sparse weights are. */
  readonly gain: number;
}

function densityOf({ weights }: Transformer): number {
  const values = [...weights.values()].flatMap(({ data }) => Array.from(data));
  return values.filter((value) => value !== 0).length / values.length;
}

/** The forward pass, with the model's weights as dense or as sparse constants. */
function prepareForward(model: Transformer, data: Dataset, backend: Backend, sparse: boolean) {
  const tokens = sampleInput("tokens", [data.positions]);
  const { logits } = forward(model.config, constantTensors(model, { sparse }), tokens);
  const executable = backend.load(compile({ outputs: { logits } }));
  const table = backend.buffer(data.tokens);
  return {
    run: () => executable.run({ batch: data.count, inputs: { tokens: table } }),
    dispose: () => {
      executable.dispose();
      table.dispose();
    },
  };
}

async function timeCase(
  id: string,
  backends: readonly Backend[],
  { pace, progress }: BenchContext,
): Promise<SparseRow[]> {
  const { transformer } = highLevelModel(getCase(id));
  const data = generateData(getCase(id), { key: Key.fromSeed(4), size: INPUTS });
  const rows: SparseRow[] = [];
  for (const backend of backends) {
    progress(`case ${id}, ${backend.name}`);
    const [dense, sparse] = [false, true].map((isSparse) =>
      prepareForward(transformer, data, backend, isSparse),
    ) as [ReturnType<typeof prepareForward>, ReturnType<typeof prepareForward>];
    const laps = await interleave([local("dense", dense.run), local("sparse", sparse.run)], pace);
    for (const prepared of [dense, sparse]) prepared.dispose();
    const times = { dense: laps.dense!, sparse: laps.sparse! };
    const gain = ratioOf(times.dense, times.sparse)!;
    rows.push({ case: id, backend: backend.name, density: densityOf(transformer), ...times, gain });
  }
  return rows;
}

/** What it brings to multiply by the non-zero weights only. */
export const sparse: Section = {
  name: "sparse",
  summary: "Compiled models with sparse weights against dense ones",
  run: (context) =>
    withBackends(1, async (backends) => {
      const rows: SparseRow[] = [];
      for (const id of CASES) rows.push(...(await timeCase(id, backends, context)));
      return [
        makeTable(
          `Compiled models on ${INPUTS} inputs, one thread`,
          [
            { heading: "case", value: (row) => row.case },
            { heading: "backend", value: ({ backend }) => backend },
            { heading: "non-zero %", value: ({ density }) => rounded(100 * density) },
            { heading: "dense ms", value: ({ dense }) => rounded(dense.median) },
            { heading: "sparse ms", value: (row) => rounded(row.sparse.median) },
            { heading: "times faster", value: ({ gain }) => rounded(gain) },
          ],
          rows,
        ),
      ];
    }),
};
