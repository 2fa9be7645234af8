import { formatNode } from "../circuit/index.ts";
import {
  argmax,
  type Backend,
  type Buffer,
  compile,
  type SampleRows,
  sampleInput,
  sizeOf,
  type Tensor,
  type Values,
} from "../engine/index.ts";
import { constantTensors, forward } from "../transformer/index.ts";
import { loadInterventions, type Pairs, pickPairs } from "./interventions.ts";
import { targetShape } from "./loss/output.ts";
import { asModelNodes, hooksOf } from "./nodes.ts";
import { inputCount, type TrainingTask } from "./task.ts";

/** Most numbers in the tables of a task's intervened outputs (256 MB). */
const TABLE_BUDGET = 64 * 2 ** 20;
/** Most inputs in one run. */
const LARGEST_RUN = 4096;

/** Outputs of the frozen high-level model: what training and validation aim at. */
export interface HighLevelTargets {
  /** The outputs on the pairs' bases, `[row, ...targetShape]` for all rows: class ids or numbers. */
  readonly labels: Buffer;
  /**
   * Outputs on the bases of pairs `ids` (numbers in the task's list of pairs) with variable number
   * `variable` of the correspondence taken from their sources. Each is computed once, when it is
   * first asked for.
   */
  intervened(variable: number, ids: Uint32Array): SampleRows | Values;
  dispose(): void;
}

/** What the high-level model's logits `[pos, output]` say: classes `[pos]`, or the numbers. */
function outputOf({ categorical }: TrainingTask, logits: Tensor): Tensor {
  return categorical ? argmax(logits) : logits;
}

/**
 * The high-level model's outputs on some inputs, each computed once: `[row, ...targetShape]`
 * row-major for all rows, 0 where a row was not asked for.
 */
export function highLevelLabels(
  task: TrainingTask,
  backend: Backend,
  tokens: Buffer,
  rows: Iterable<number>,
): Float32Array {
  const { highLevel, positions } = task;
  const input = sampleInput("tokens", [positions]);
  const weights = constantTensors(highLevel, { sparse: true });
  const { logits } = forward(highLevel.config, weights, input);
  const executable = backend.load(compile({ outputs: { labels: outputOf(task, logits) } }));
  const width = sizeOf(targetShape(task, highLevel.config.dVocabOut));
  const labels = new Float32Array(inputCount(task) * width);
  const distinct = Uint32Array.from(new Set(rows));
  for (let start = 0; start < distinct.length; start += LARGEST_RUN) {
    const part = distinct.subarray(start, start + LARGEST_RUN);
    const inputs = { tokens: { table: tokens, rows: part } };
    const values = executable.run({ batch: part.length, inputs }).labels;
    for (const [i, row] of part.entries()) {
      labels.set(values.subarray(i * width, (i + 1) * width), row * width);
    }
  }
  executable.dispose();
  return labels;
}

/** The stretches of a list in which every number follows the one before. */
function* consecutive(ids: Uint32Array): Generator<{ start: number; end: number }, void> {
  for (let start = 0; start < ids.length; ) {
    let end = start + 1;
    while (ids[end] === ids[end - 1]! + 1) end++;
    yield { start, end };
    start = end;
  }
}

/** Intervened outputs of one place of the high-level model, filled in as they are asked for. */
interface Table {
  readonly buffer: Buffer;
  readonly isFilled: Uint8Array;
}

/**
 * Loads the frozen high-level model over a list of pairs. Its outputs are kept where they fit into
 * 256 MB, so that no intervention is computed twice; variables in one place share them.
 */
export function loadHighLevel(
  task: TrainingTask,
  pairs: Pairs,
  backend: Backend,
  tokens: Buffer,
): HighLevelTargets {
  const { highLevel, positions, correspondence } = task;
  const nodes = asModelNodes(correspondence.map(({ hl }) => hl));
  const places = [...new Set(nodes.map(formatNode))];
  const width = sizeOf(targetShape(task, highLevel.config.dVocabOut));
  const labels = backend.buffer(highLevelLabels(task, backend, tokens, pairs.base));
  const interventions = loadInterventions({
    backend,
    model: {
      config: highLevel.config,
      tensors: constantTensors(highLevel, { sparse: true }),
      bindings: {},
    },
    tokens,
    positions,
    hooks: hooksOf(nodes),
    logitsAt: "all",
    keep: pairs,
    read: (logits) => ({ targets: outputOf(task, logits) }),
  });
  const compute = (variable: number, ids: Uint32Array): Values => {
    const values = new Float32Array(ids.length * width);
    for (const piece of interventions.pieces(pickPairs(pairs, ids))) {
      values.set(piece.patch([nodes[variable]!]).targets, piece.offset * width);
    }
    return values;
  };

  const count = pairs.base.length;
  const isKept = count * width * places.length <= TABLE_BUDGET;
  const tables = new Map<string, Table>();
  const tableOf = (variable: number): Table => {
    const place = formatNode(nodes[variable]!);
    const table = tables.get(place) ?? {
      buffer: backend.buffer(count * width),
      isFilled: new Uint8Array(count),
    };
    tables.set(place, table);
    return table;
  };
  return {
    labels,
    intervened: (variable, ids) => {
      if (!isKept) return compute(variable, ids);
      const { buffer, isFilled } = tableOf(variable);
      const missing = ids.filter((id) => isFilled[id] === 0);
      if (missing.length > 0) {
        const values = compute(variable, missing);
        for (const { start, end } of consecutive(missing)) {
          buffer.write(values.subarray(start * width, end * width), missing[start]! * width);
        }
        for (const id of missing) isFilled[id] = 1;
      }
      return { table: buffer, rows: ids };
    },
    dispose: () => {
      labels.dispose();
      interventions.dispose();
      for (const { buffer } of tables.values()) buffer.dispose();
    },
  };
}
