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
import { CAPTURE_BUDGET } from "./captured.ts";
import { loadInterventions, type Pairs, pickPairs } from "./interventions.ts";
import { targetShape } from "./loss/output.ts";
import { asModelNodes, type ModelNode } from "./nodes.ts";
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

/** Patched runs of one place of the high-level model, computed as they are asked for. */
interface Place {
  /** Outputs `[i, ...targetShape]` on the bases of pairs `ids`. */
  compute(ids: Uint32Array): Values;
  dispose(): void;
}

/** A place whose outputs are kept, so that none is computed twice. */
interface Table {
  rows(ids: Uint32Array): SampleRows;
  dispose(): void;
}

/** Keeps what a place computed for each of `count` pairs, `width` numbers each. */
function keepOutputs(place: Place, backend: Backend, count: number, width: number): Table {
  const table = backend.buffer(count * width);
  const isFilled = new Uint8Array(count);
  return {
    rows: (ids) => {
      const found: number[] = [];
      for (const id of ids) if (isFilled[id] === 0) found.push(id);
      if (found.length > 0) {
        const missing = Uint32Array.from(found);
        const values = place.compute(missing);
        for (const { start, end } of consecutive(missing)) {
          table.write(values.subarray(start * width, end * width), missing[start]! * width);
        }
        for (const id of missing) isFilled[id] = 1;
      }
      return { table, rows: ids };
    },
    dispose: () => table.dispose(),
  };
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
  const placeCount = new Set(nodes.map(formatNode)).size;
  const width = sizeOf(targetShape(task, highLevel.config.dVocabOut));
  const labels = backend.buffer(highLevelLabels(task, backend, tokens, pairs.base));
  const model = {
    config: highLevel.config,
    tensors: constantTensors(highLevel, { sparse: true }),
    bindings: {},
  };
  const loadPlace = (node: ModelNode): Place => {
    const interventions = loadInterventions({
      backend,
      model,
      tokens,
      positions,
      hooks: [node.hook],
      logitsAt: "all",
      keep: pairs,
      budget: CAPTURE_BUDGET / placeCount,
      read: (logits) => ({ targets: outputOf(task, logits) }),
    });
    return {
      compute: (ids) => {
        const values = new Float32Array(ids.length * width);
        for (const piece of interventions.pieces(pickPairs(pairs, ids))) {
          values.set(piece.patch([node]).targets, piece.offset * width);
        }
        return values;
      },
      dispose: () => interventions.dispose(),
    };
  };

  const count = pairs.base.length;
  const isKept = count * width * placeCount <= TABLE_BUDGET;
  const loaded = new Map<string, { place: Place; table: Table | undefined }>();
  const at = (node: ModelNode) => {
    const name = formatNode(node);
    const known = loaded.get(name);
    if (known !== undefined) return known;
    const place = loadPlace(node);
    const fresh = { place, table: isKept ? keepOutputs(place, backend, count, width) : undefined };
    loaded.set(name, fresh);
    return fresh;
  };
  return {
    labels,
    intervened: (variable, ids) => {
      const { place, table } = at(nodes[variable]!);
      return table === undefined ? place.compute(ids) : table.rows(ids);
    },
    dispose: () => {
      labels.dispose();
      for (const { place, table } of loaded.values()) {
        place.dispose();
        table?.dispose();
      }
    },
  };
}
