import type { Backend, Values } from "../engine/index.ts";
import { paceSteps, type Steps, type Turn, turns } from "../interventions/index.ts";
import { makeTransformer, type Transformer, type Weights } from "../transformer/index.ts";
import { flattenWeights, unflattenWeights } from "./flat-weights.ts";
import { handedOver } from "./handed-over.ts";
import { type Learning, weightLearning } from "./learning.ts";
import type { Recipe } from "./recipe.ts";
import { openSession, type Session } from "./session.ts";
import {
  assertState,
  type EpochRecord,
  initialState,
  type ReadState,
  type Recovery,
  type TrainingState,
} from "./state.ts";
import { hasStalled } from "./stopping.ts";
import { assertTask, type TrainingTask } from "./task.ts";

/** What a training run tells while it goes on. */
export type TrainingEvent =
  /** From time to time within an epoch. */
  | {
      readonly kind: "batch";
      readonly epoch: number;
      readonly batch: number;
      readonly batches: number;
      /** Updates of the weights so far. */
      readonly step: number;
    }
  /** After every validation. */
  | { readonly kind: "epoch"; readonly record: EpochRecord }
  /** When numbers that are none took the run back to its best weights. */
  | { readonly kind: "recovery"; readonly recovery: Recovery };

/** Where and how a run is carried out; nothing but where it starts and what it learns changes its result. */
export interface TrainingOptions {
  readonly backend: Backend;
  /** What is learnt, and by which updates. Default: the weights, on the terms of the recipe. */
  readonly learning?: Learning;
  /** Weights to start from. Default: fresh ones. */
  readonly initial?: Weights;
  /**
   * Gives a state to go on from, instead of starting. Called once; the run does not hold what it gives, so
   * that a large state is not in memory twice.
   */
  readonly resume?: () => TrainingState;
  readonly onProgress?: (event: TrainingEvent) => void;
  /**
   * An opportunity to store the state: after every validation, and from time to time within one (about ten
   * times a second); waited for. Only a call of `state` costs anything.
   */
  readonly checkpoint?: (state: ReadState) => void | Promise<void>;
  /** Ends the run after the current batches, a few milliseconds of work. */
  readonly signal?: AbortSignal;
}

/** Why a run ended: its aim reached, no progress, no epochs or updates left, or told to. */
export type TrainingEnd = "reached" | "stalled" | "exhausted" | "aborted";

/** What came of a run. */
export interface TrainingResult {
  readonly end: TrainingEnd;
  /** The trained transformer: the weights of the best validation, or the initial ones without any. */
  readonly transformer: Transformer;
  /** The record of that validation: see `bestOf` of what is learnt. */
  readonly best: EpochRecord | undefined;
  /** To go on from; its `history` has the record of every validation. */
  readonly state: TrainingState;
}

/** Milliseconds between two reports of how far the batches are. */
const REPORT_INTERVAL = 100;

async function startOf(
  task: TrainingTask,
  recipe: Recipe,
  learning: Learning,
  { resume, initial }: TrainingOptions,
): Promise<TrainingState> {
  if (resume !== undefined) {
    const state = resume();
    assertState(state, learning, recipe);
    return { ...state, recipe };
  }
  const start =
    initial === undefined
      ? await learning.start(recipe)
      : flattenWeights(task.lowLevelConfig, initial);
  return initialState(recipe, start);
}

/** The opening of a session at its start, which nobody here holds any longer. */
async function prepareSession(
  task: TrainingTask,
  recipe: Recipe,
  learning: Learning,
  options: TrainingOptions,
): Promise<Steps<Session>> {
  const begin = handedOver(await startOf(task, recipe, learning, options));
  const loadTrainer = await learning.trainer(recipe);
  return openSession(task, recipe, options.backend, begin, learning, loadTrainer);
}

/** The transformer's weights that follow from learnt numbers. */
function weightsOf(
  { lowLevelConfig }: TrainingTask,
  learning: Learning,
  backend: Backend,
  learned: Values,
): Weights {
  const buffer = backend.buffer(learned);
  const weights = learning.loadWeights(backend, buffer);
  try {
    weights.refresh();
    return unflattenWeights(lowLevelConfig, weights.buffer.view());
  } finally {
    weights.dispose();
    buffer.dispose();
  }
}

function endOf(
  recipe: Recipe,
  { history, isOver, hasReachedGoal, isSettling }: Session,
): TrainingEnd | undefined {
  if (hasReachedGoal) return "reached";
  const metrics = history.map(({ validation }) => validation);
  if (!isSettling && hasStalled(recipe, metrics)) return "stalled";
  return isOver ? "exhausted" : undefined;
}

/**
 * Trains a transformer so that it implements a causal graph and nothing besides (SIIT, Gupta et al.
 * 2024; IIT, Geiger et al. 2022).
 *
 * Per batch of input pairs: an update on the IIT loss, one on the strict loss, one on the behaviour
 * loss, all by one Adam (or one update on their sum, or on the joint loss). After every epoch, or so
 * many updates, the held-out pairs are validated; the run ends when every accuracy that counts has
 * reached `earlyStopAccuracy`, when `patience` is over, or after `epochs` or `updates`. The weights of
 * the best validation are the result. The same task, recipe and backend give the same bits, resumed
 * or not.
 *
 * With another `learning` it is that which is learnt, on the recipe's numbers.
 *
 * A loss, gradient or weight that is no number takes the run back to its best weights so far, at
 * half the learning rate; the batches go on. After six times it gives up.
 *
 * The event loop gets a turn within 50 milliseconds: other tasks of the program go on, and a page stays
 * alive. Not divided is the building of a program's graph, which takes some tens of milliseconds the first
 * time in models of many layers.
 *
 * Throws `E_TASK`, `E_STATE`, or `E_DIVERGED` when it gives up.
 */
export async function train(
  task: TrainingTask,
  recipe: Recipe,
  options: TrainingOptions,
): Promise<TrainingResult> {
  assertTask(task);
  const { backend, onProgress, checkpoint, learning = weightLearning(task) } = options;
  const turn = turns();
  const opening = await prepareSession(task, recipe, learning, options);
  const session = await paceSteps(opening, { turn });
  try {
    let end = session.isDue ? undefined : endOf(recipe, session);
    while (end === undefined) {
      if (!(await trainUntilDue(session, options, turn))) {
        end = "aborted";
        break;
      }
      const result = await paceSteps(session.validate(), { turn });
      onProgress?.(eventOf(result));
      await checkpoint?.(session.state);
      end = session.isDue ? undefined : endOf(recipe, session);
    }
    const state = session.state();
    const best = learning.bestOf(
      recipe,
      state.history.map(({ validation }) => validation),
    );
    const weights = weightsOf(task, learning, backend, state.bestWeights);
    return {
      end,
      state,
      best: best === undefined ? undefined : state.history[best]!,
      transformer: makeTransformer(task.lowLevelConfig, weights),
    };
  } finally {
    session.dispose();
  }
}

const eventOf = (result: EpochRecord | Recovery): TrainingEvent =>
  "cause" in result ? { kind: "recovery", recovery: result } : { kind: "epoch", record: result };

/** Trains until it is time to validate; `false` if it was interrupted. */
async function trainUntilDue(
  session: Session,
  { onProgress, checkpoint, signal }: TrainingOptions,
  turn: Turn,
): Promise<boolean> {
  const { batches } = session;
  let told = performance.now();
  while (!session.isDue) {
    if (signal?.aborted) return false;
    const recovery = await paceSteps(session.trainBatches(), { turn });
    if (recovery !== undefined) onProgress?.(eventOf(recovery));
    if (performance.now() - told < REPORT_INTERVAL) continue;
    const { epoch, batch, step } = session;
    onProgress?.({ kind: "batch", epoch: epoch + 1, batch, batches, step });
    await checkpoint?.(session.state);
    told = performance.now();
  }
  return true;
}
