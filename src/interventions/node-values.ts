import {
  constant,
  einsum,
  runSteps,
  type Steps,
  slice,
  type Tensor,
  type Values,
} from "../engine/index.ts";
import { headAxis, parseHookName, type Transformer, writtenAt } from "../transformer/index.ts";
import type { FrozenRuns } from "./capture.ts";
import type { ModelNode } from "./nodes.ts";
import { loadReadings } from "./readings.ts";
import { slices } from "./rows.ts";
import { valueNumbering } from "./value-numbering.ts";

/** Numbers the values of a node on inputs: equal values, equal numbers, whenever they are asked for. */
export interface ValueNumbers {
  /** The numbers of the inputs with these rows. `[i]` */
  of(rows: Uint32Array): Uint32Array;
  /** {@link ValueNumbers.of} in steps. */
  inSteps(rows: Uint32Array): Steps<Uint32Array>;
  dispose(): void;
}

/**
 * The columns of the residual stream that a node may write anything but 0 to: those of its output weights
 * and of its bias that are not 0 throughout. In compiled transformers a few of hundreds.
 */
export function writtenColumns(
  { config, weights }: Transformer,
  { hook, head }: ModelNode,
): readonly number[] {
  const layer = parseHookName(config, hook).layer!;
  const { dModel, dHead } = config;
  const dataOf = (name: string) => weights.get(`blocks.${layer}.${name}`)!.data;
  const parts =
    headAxis(hook) === undefined
      ? [dataOf("mlp.W_out"), dataOf("mlp.b_out")]
      : [ofHead(dataOf("attn.W_O"), head, dHead * dModel)];
  const isWritten = new Uint8Array(dModel);
  for (const data of parts) {
    for (let i = 0; i < data.length; i++) if (data[i] !== 0) isWritten[i % dModel] = 1;
  }
  return [...isWritten.keys()].filter((column) => isWritten[column] === 1);
}

const ofHead = (data: Values, head: number | null, size: number): Values =>
  head === null ? data : data.subarray(head * size, (head + 1) * size);

/** The columns of `[…, dModel]` with these numbers, bit for bit. */
function columnsOf(x: Tensor, columns: readonly number[]): Tensor {
  const dModel = x.shape.at(-1)!;
  if (columns.length === 0 || columns.length === dModel) return x;
  const choice = new Float64Array(dModel * columns.length);
  for (const [i, column] of columns.entries()) choice[column * columns.length + i] = 1;
  const selection = constant(choice, [dModel, columns.length], { sparse: true });
  return einsum(x.shape.length === 3 ? "phd,dk->phk" : "pd,dk->pk", x, selection);
}

/** Numbers what a node of a frozen model writes. `columns`: all that may differ; default all there are. */
export function numberNodeValues(
  runs: FrozenRuns,
  { hook, head }: ModelNode,
  columns: readonly number[] = [],
): ValueNumbers {
  const at = writtenAt(runs.model.config, hook);
  const own = loadReadings({
    ...runs,
    capture: [at],
    read: ({ cache }) => {
      const written = cache.get(at)!;
      const value = head === null ? written : slice(written, 1, head, head + 1);
      return { value: columnsOf(value, columns) };
    },
  });
  const number = valueNumbering();
  function* inSteps(rows: Uint32Array): Steps<Uint32Array> {
    const numbers = new Uint32Array(rows.length);
    let done = 0;
    for (const some of slices(rows)) {
      const [{ value }] = yield* runs.backend.runInSteps([own.prepare(some)]);
      const width = value.length / some.length;
      for (let i = 0; i < some.length; i++) {
        numbers[done++] = number(value.subarray(i * width, (i + 1) * width));
      }
    }
    return numbers;
  }
  return {
    of: (rows) => runSteps(inSteps(rows)),
    inSteps,
    dispose: () => own.dispose(),
  };
}
