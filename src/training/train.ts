import type { Backend } from "../engine/index.ts";
import { Key, TorchRandom } from "../rng/index.ts";
import {
  initializeTransformer,
  keyNormals,
  makeTransformer,
  type Transformer,
  torchNormals,
  type Weights,
} from "../transformer/index.ts";
import { flattenWeights, unflattenWeights } from "./flat-weights.ts";
import type { Recipe } from "./recipe.ts";
import { openSession, type Session } from "./session.ts";
import { assertState, type EpochRecord, initialState, type TrainingState } from "./state.ts";
import { hasReached, hasStalled } from "./stopping.ts";
import { assertTask, type TrainingTask } from "./task.ts";

/** What a training run tells while it goes on. */
export type TrainingEvent =
  /** From time to time within an epoch. */
  | {
      readonly kind: "batch";
      readonly epoch: number;
      readonly batch: number;
      readonly batches: number;
    }
  /** After every epoch's validation. */
  | { readonly kind: "epoch"; readonly record: EpochRecord };

/** Where and how a run is carried out; nothing here changes its result. */
export interface TrainingOptions {
  readonly backend: Backend;
  /** Weights to start from. Default: fresh ones. */
  readonly initial?: Weights;
  /** A state to go on from, instead of starting. */
  readonly resume?: TrainingState;
  readonly onProgress?: (event: TrainingEvent) => void;
  /**
   * An opportunity to store the state: after every epoch, and from time to time within one (about ten
   * times a second); waited for. Only a call of `state` costs anything.
   */
  readonly checkpoint?: (state: () => TrainingState) => void | Promise<void>;
  /** Ends the run after the current batches, a few milliseconds of work. */
  readonly signal?: AbortSignal;
}

/** Why a run ended: its aim reached, no progress, no epochs left, or told to. */
export type TrainingEnd = "reached" | "stalled" | "exhausted" | "aborted";

/** What came of a run. */
export interface TrainingResult {
  readonly end: TrainingEnd;
  /** The trained transformer: the last weights, not the best ones. */
  readonly transformer: Transformer;
  /** To go on from; its `history` has the record of every epoch. */
  readonly state: TrainingState;
}

/** Milliseconds of work between two visits to the event loop. */
const WORK_INTERVAL = 100;

const eventLoop = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Fresh weights by the recipe's seed; with `compat`, those of torch's generator at seed 0. */
export function initialTransformer(task: TrainingTask, recipe: Recipe): Transformer {
  const normals = recipe.compat
    ? torchNormals(new TorchRandom(0))
    : keyNormals(Key.fromSeed(recipe.seed).fold("weights"));
  return initializeTransformer(task.lowLevelConfig, normals);
}

function startOf(task: TrainingTask, recipe: Recipe, options: TrainingOptions): TrainingState {
  if (options.resume !== undefined) {
    assertState(options.resume, task, recipe);
    return { ...options.resume, recipe };
  }
  const weights = options.initial ?? initialTransformer(task, recipe).weights;
  return initialState(recipe, flattenWeights(task.lowLevelConfig, weights));
}

function endOf(recipe: Recipe, { history }: Session): TrainingEnd | undefined {
  const metrics = history.map(({ validation }) => validation);
  const last = metrics.at(-1);
  if (last !== undefined && hasReached(recipe, last)) return "reached";
  if (hasStalled(recipe, metrics)) return "stalled";
  return history.length >= recipe.epochs ? "exhausted" : undefined;
}

/**
 * Trains a transformer so that it implements a causal graph and nothing besides (SIIT, Gupta et al.
 * 2024; IIT, Geiger et al. 2022).
 *
 * Per batch of input pairs: an update on the IIT loss, one on the strict loss, one on the behaviour
 * loss, all by one Adam (or one update on their sum). After every epoch the held-out pairs are
 * validated; the run ends when every accuracy that counts has reached `earlyStopAccuracy`, when
 * `patience` is over, or after `epochs`. The same task, recipe and backend give the same bits,
 * resumed or not.
 *
 * Throws `E_TASK`, `E_STATE`, or `E_DIVERGED` when a loss is no longer a number.
 */
export async function train(
  task: TrainingTask,
  recipe: Recipe,
  options: TrainingOptions,
): Promise<TrainingResult> {
  assertTask(task);
  const { backend, onProgress, checkpoint } = options;
  const session = openSession(task, recipe, backend, startOf(task, recipe, options));
  try {
    let end = endOf(recipe, session);
    while (end === undefined) {
      const finished = await trainEpoch(session, options);
      if (!finished) end = "aborted";
      else {
        const record = session.finishEpoch();
        onProgress?.({ kind: "epoch", record });
        await checkpoint?.(session.state);
        end = endOf(recipe, session);
      }
    }
    const state = session.state();
    const weights = unflattenWeights(task.lowLevelConfig, state.weights);
    return { end, state, transformer: makeTransformer(task.lowLevelConfig, weights) };
  } finally {
    session.dispose();
  }
}

/** Trains on what is left of an epoch; `false` if it was interrupted. */
async function trainEpoch(
  session: Session,
  { onProgress, checkpoint, signal }: TrainingOptions,
): Promise<boolean> {
  const { batches, history } = session;
  let resumed = performance.now();
  while (session.batch < batches) {
    if (signal?.aborted) return false;
    session.trainBatches();
    if (performance.now() - resumed < WORK_INTERVAL) continue;
    onProgress?.({ kind: "batch", epoch: history.length + 1, batch: session.batch, batches });
    await checkpoint?.(session.state);
    await eventLoop();
    resumed = performance.now();
  }
  return true;
}
