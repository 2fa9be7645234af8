import { formatNode, type Node } from "../circuit/index.ts";
import {
  type Backend,
  type Buffer,
  type SampleRows,
  sizeOf,
  type Values,
} from "../engine/index.ts";
import { type Pairs, pick, runSteps, type Steps, targetShape } from "../interventions/index.ts";
import { distinctInterventions } from "./distinct-interventions.ts";
import { inputCount, type TrainingTask } from "./task.ts";

/** Most numbers in the tables of a task's intervened outputs (256 MB). */
const TABLE_BUDGET = 64 * 2 ** 20;

/** Outputs of the frozen high-level model: what training and validation aim at. */
export interface HighLevelTargets {
  /** The outputs on the pairs' bases, `[row, ...targetShape]` for all rows: class ids or numbers. */
  readonly labels: Buffer;
  /** Makes ready what interventions on all variables need; else that is done when one is asked for. */
  prepare(): Steps<void>;
  /**
   * Outputs on the bases of pairs `ids` (numbers in the task's list of pairs) with variable number
   * `variable` of the correspondence taken from their sources, computed when they are first asked
   * for.
   */
  intervened(variable: number, ids: Uint32Array): SampleRows | Values;
  /** {@link HighLevelTargets.intervened} in steps. */
  intervenedSteps(variable: number, ids: Uint32Array): Steps<SampleRows | Values>;
  dispose(): void;
}

/** Inputs of one step: some milliseconds. */
const STEP = 256;

/** Different inputs by row number, in parts of one step each. */
function* stepsOf(rows: Iterable<number>): Generator<{ part: Uint32Array; share: number }, void> {
  const distinct = Uint32Array.from(new Set(rows));
  for (let start = 0; start < distinct.length; start += STEP) {
    const end = start + STEP;
    yield { part: distinct.subarray(start, end), share: Math.min(1, end / distinct.length) };
  }
}

/**
 * The high-level model's outputs on some inputs, each computed once: `[row, ...targetShape]`
 * row-major for all rows, 0 where a row was not asked for.
 */
export function* labelSteps(
  task: TrainingTask,
  backend: Backend,
  tokens: Buffer,
  rows: Iterable<number>,
): Steps<Float32Array> {
  const { highLevel, positions } = task;
  const model = highLevel.load({ backend, tokens, positions });
  const width = sizeOf(targetShape(task, highLevel.outputs));
  const labels = new Float32Array(inputCount(task) * width);
  try {
    for (const { part, share } of stepsOf(rows)) {
      const values = yield* model.runInSteps(part);
      for (const [i, row] of part.entries()) {
        labels.set(values.subarray(i * width, (i + 1) * width), row * width);
      }
      yield share;
    }
    return labels;
  } finally {
    model.dispose();
  }
}

/** {@link labelSteps}, all at once. */
export function highLevelLabels(...facts: Parameters<typeof labelSteps>): Float32Array {
  return runSteps(labelSteps(...facts));
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

/** Interventions at one place of the high-level model over a list of pairs. */
interface Place {
  /** Outputs on the bases of pairs `ids`. */
  outputs(ids: Uint32Array): Steps<SampleRows | Values>;
  dispose(): void;
}

/** Computes rows of `width` numbers when they are first asked for, and keeps them. */
function keepRows(
  compute: (ids: Uint32Array) => Steps<Values>,
  backend: Backend,
  count: number,
  width: number,
) {
  const table = backend.buffer(count * width);
  const isFilled = new Uint8Array(count);
  return {
    *rows(ids: Uint32Array): Steps<SampleRows> {
      const found = new Set<number>();
      for (const id of ids) if (isFilled[id] === 0) found.add(id);
      if (found.size > 0) {
        const missing = Uint32Array.from(found);
        const values = yield* compute(missing);
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
 * Loads the frozen high-level model over a list of pairs. Interventions that come out the same are
 * one, and outputs are kept where they fit into 256 MB, so that none is computed twice; variables in
 * one place share them. `known`: the labels of the bases, if {@link highLevelLabels} has made them.
 */
export function loadHighLevel(
  task: TrainingTask,
  pairs: Pairs,
  backend: Backend,
  tokens: Buffer,
  known?: Float32Array,
): HighLevelTargets {
  const { highLevel, positions, correspondence } = task;
  const nodes = correspondence.map(({ hl }) => hl);
  const nodeCount = new Set(nodes.map(formatNode)).size;
  const width = sizeOf(targetShape(task, highLevel.outputs));
  const labels = backend.buffer(known ?? highLevelLabels(task, backend, tokens, pairs.base));
  const model = highLevel.load({ backend, tokens, positions, nodeCount });
  function* numberSources(node: Node): Steps<Uint32Array> {
    const numbers = new Uint32Array(inputCount(task));
    const values = model.numberValues(node);
    try {
      for (const { part, share } of stepsOf(pairs.source)) {
        const found = yield* values.inSteps(part);
        for (const [i, row] of part.entries()) numbers[row] = found[i]!;
        yield share;
      }
    } finally {
      values.dispose();
    }
    return numbers;
  }
  function* loadPlace(node: Node): Steps<Place> {
    const numbers = yield* numberSources(node);
    yield 1;
    const distinct = distinctInterventions(numbers, pairs);
    yield 1;
    const count = distinct.pairs.base.length;
    const exchange = model.exchange(node, distinct.pairs);
    const isKept = count * width * nodeCount <= TABLE_BUDGET;
    const kept = isKept ? keepRows(exchange.outputSteps, backend, count, width) : undefined;
    return {
      outputs: (ids) => {
        const numbers = pick(distinct.numbers, ids);
        return kept === undefined ? exchange.outputSteps(numbers) : kept.rows(numbers);
      },
      dispose: () => {
        exchange.dispose();
        kept?.dispose();
      },
    };
  }

  const loaded = new Map<string, Place>();
  function* placeOf(node: Node): Steps<Place> {
    const name = formatNode(node);
    const place = loaded.get(name) ?? (yield* loadPlace(node));
    loaded.set(name, place);
    return place;
  }
  function* intervenedSteps(variable: number, ids: Uint32Array): Steps<SampleRows | Values> {
    const place = yield* placeOf(nodes[variable]!);
    return yield* place.outputs(ids);
  }
  return {
    labels,
    *prepare() {
      for (const node of nodes) yield* placeOf(node);
    },
    intervened: (variable, ids) => runSteps(intervenedSteps(variable, ids)),
    intervenedSteps,
    dispose: () => {
      labels.dispose();
      model.dispose();
      for (const place of loaded.values()) place.dispose();
    },
  };
}
