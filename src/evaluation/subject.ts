import {
  type Backend,
  type Buffer,
  type Executable,
  formatShape,
  type Program,
  type Tensor,
} from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  type FrozenModel,
  type FrozenRuns,
  largestRun,
  loadReadings,
  partsOf,
  runSteps,
} from "../interventions/index.ts";
import { assertTask, highLevelLabels, inputCount, type TrainingTask } from "../training/index.ts";
import {
  assertFiniteWeights,
  atKeptPositions,
  constantTensors,
  keptPositions,
  logitsNeeded,
  nonZeroShare,
  prepareFiniteCheck,
  type Transformer,
  type WeightTensors,
  weightShapes,
} from "../transformer/index.ts";

/** A transformer and what it should implement, in the memory of a backend. */
export interface Subject {
  readonly model: Transformer;
  readonly task: TrainingTask;
  readonly backend: Backend;
  /** Whether the first position of numbers counts, as in the original. */
  readonly countsFirst: boolean;
  /** The model's weights as constants; those of compiled transformers are declared sparse. */
  readonly tensors: WeightTensors;
  /** All inputs, `[row, pos]`. */
  readonly tokens: Buffer;
  /**
   * The high-level model's outputs, `[row, pos]` classes or `[row, pos, output]` numbers; 0 for
   * inputs that will not be looked at.
   */
  readonly labels: Float32Array;
  /** The same on the backend. */
  readonly labelTable: Buffer;
  /** The model and these inputs, as frozen runs take them. */
  readonly runs: FrozenRuns;
  /** Most sequences in one run. */
  readonly runSize: number;
  dispose(): void;
}

/**
 * Throws `E_TASK` unless the task is usable and the model is of its low-level shape, `E_NUMBER` for
 * weights that are not finite.
 */
function assertSubject({ config, weights }: Transformer, task: TrainingTask): void {
  assertTask(task);
  const { lowLevelConfig } = task;
  const [own, wanted] = [config, lowLevelConfig].map((c) => [...weightShapes(c)]);
  for (const [i, [key, shape]] of wanted!.entries()) {
    const [name, size] = own![i] ?? ["nothing", []];
    if (name === key && formatShape(size) === formatShape(shape)) continue;
    throw new InterpBenchError("E_TASK", "the model is not of the task's shape", {
      at: key,
      expected: `${key} ${formatShape(shape)}`,
      received: `${name} ${formatShape(size)}`,
    });
  }
  assertFiniteWeights(weights);
}

/** Most non-zero weights of a model, as a share, with which sparse products are the faster ones. */
const SPARSE_SHARE = 0.1;

const allRows = (task: TrainingTask) => Array.from({ length: inputCount(task) }, (_, row) => row);

/** How a subject is loaded. */
export interface SubjectOptions {
  /** The inputs that will be looked at. Default: all. */
  readonly rows?: Iterable<number>;
  /** Whether the first position (BOS) of numbers counts; training ignores it. Default `false`. */
  readonly countsFirst?: boolean;
}

/**
 * Loads a model with its task. Throws `E_TASK` when they do not fit together, and `E_NUMBER` for a
 * model that computes something on these inputs that is not finite.
 */
export function loadSubject(
  model: Transformer,
  task: TrainingTask,
  backend: Backend,
  { rows = allRows(task), countsFirst = false }: SubjectOptions = {},
): Subject {
  assertSubject(model, task);
  const tokens = backend.buffer(task.tokens);
  const labels = highLevelLabels(task, backend, tokens, rows);
  const labelTable = backend.buffer(labels);
  const tensors = constantTensors(model, { sparse: nonZeroShare(model) <= SPARSE_SHARE });
  const frozen: FrozenModel = { config: model.config, tensors, bindings: {} };
  const subject: Subject = {
    model,
    task,
    backend,
    countsFirst: countsFirst && !task.categorical && task.outputPositions === "notFirst",
    tensors,
    tokens,
    labels,
    labelTable,
    runs: { backend, model: frozen, tokens, positions: task.positions },
    runSize: largestRun(model.config, task.positions),
    dispose: () => {
      tokens.dispose();
      labelTable.dispose();
    },
  };
  try {
    assertFiniteActivations(subject, Uint32Array.from(new Set(rows)));
  } catch (error) {
    subject.dispose();
    throw error;
  }
  return subject;
}

function assertFiniteActivations(subject: Subject, rows: Uint32Array): void {
  const { model, task, backend, tensors, tokens, runSize } = subject;
  const loaded: Executable[] = [];
  const load = <O extends string>(program: Program<O>): Executable<O> => {
    const executable = backend.load(program);
    loaded.push(executable);
    return executable;
  };
  const { positions } = task;
  const { config } = model;
  const check = prepareFiniteCheck({ load, config, tensors, bindings: {}, positions });
  const weights = new Float64Array(rows.length);
  try {
    for (const part of partsOf({ rows, weights }, runSize)) {
      const nameOf = (i: number) => `input ${part.rows[i]}`;
      const count = part.rows.length;
      runSteps(check({ tokens: { table: tokens, rows: part.rows }, count, nameOf }));
    }
  } finally {
    for (const executable of loaded) executable.dispose();
  }
}

/** The positions that count of logits or labels `[pos, …]`. */
export function counted({ task, countsFirst }: Subject, x: Tensor): Tensor {
  return countsFirst ? x : atKeptPositions(task, x);
}

/** The numbers of the positions that count. */
export function countedPositions({ task, countsFirst }: Subject): number[] {
  return keptPositions(countsFirst ? { ...task, outputPositions: "all" } : task);
}

/** The model's own logits on some rows, in the order asked for: `[i, counted pos, output]`. */
export function cleanLogits(subject: Subject, rows: Uint32Array): Buffer {
  const { model, task, backend } = subject;
  const own = loadReadings({
    ...subject.runs,
    logitsAt: logitsNeeded(task),
    read: (pass) => ({ logits: counted(subject, pass.logits) }),
  });
  const width = countedPositions(subject).length * model.config.dVocabOut;
  const logits = backend.buffer(rows.length * width);
  own.run(rows, {}, { logits });
  own.dispose();
  return logits;
}

/**
 * The task of evaluating the high-level model itself, if it is a transformer: every variable is
 * implemented where the high-level model holds it. Its effects are what a perfect low-level model
 * would show.
 *
 * @param model the high-level model of the task
 */
export function selfTask(
  task: TrainingTask,
  { config }: Pick<Transformer, "config">,
): TrainingTask {
  return {
    ...task,
    lowLevelConfig: config,
    correspondence: task.correspondence.map((entry) => ({ ...entry, ll: [entry.hl] })),
  };
}
