import type { Backend, Buffer } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { Steps } from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import { outsideNodes } from "./alignment.ts";
import { batchesPerCall } from "./batches-per-call.ts";
import { labelSteps, loadHighLevel } from "./high-level.ts";
import type { Learning } from "./learning.ts";
import { pairSteps } from "./pairs.ts";
import type { Recipe } from "./recipe.ts";
import { learningRateAt, settlingFactor } from "./schedule.ts";
import {
  type EpochRecord,
  meanLosses,
  NO_LOSSES,
  type ReadState,
  type Recovery,
  type TrainingState,
} from "./state.ts";
import { hasReached, sumOf } from "./stopping.ts";
import type { TrainingTask } from "./task.ts";
import { TERMS, type Term } from "./terms.ts";
import type { LoadTrainer } from "./trainer.ts";
import { termWeight } from "./update.ts";
import type { OptimizerBuffers, UpdateMoment, UpdateResult } from "./updater.ts";
import { loadValidator, planValidation, type ValidationMetrics } from "./validation.ts";

/**
 * The terms that a run trains: those with a weight, without the strict one where every node is in
 * the circuit. Throws `E_TASK` when nothing is left, or IIT has no variables.
 */
function trainedTerms(task: TrainingTask, recipe: Recipe): Term[] {
  const outside = outsideNodes(task.lowLevelConfig, task.correspondence);
  const terms = TERMS.filter(
    (term) => termWeight(recipe, term) > 0 && (term !== "strict" || outside.length > 0),
  );
  if (terms.length === 0 || (terms.includes("iit") && task.correspondence.length === 0)) {
    throw new InterpBenchError(
      "E_TASK",
      "the recipe trains something that the task does not have",
      {
        expected: terms.length === 0 ? "a node outside the circuit" : "a variable",
        hint: terms.length === 0 ? "Set behaviorWeight or iitWeight." : "Set iitWeight to 0.",
      },
    );
  }
  return terms;
}

/** A training run in the memory of a backend, between two batches. */
export interface Session {
  /** Whole epochs behind it. */
  readonly epoch: number;
  /** Batches of an epoch. */
  readonly batches: number;
  /** Batches of the current epoch behind it. */
  readonly batch: number;
  /** Updates of the weights behind it. */
  readonly step: number;
  readonly history: readonly EpochRecord[];
  /** Whether there are updates to validate, and it is time to. */
  readonly isDue: boolean;
  /** Whether the recipe's epochs or updates are behind it. */
  readonly isOver: boolean;
  /** Whether a validation has reached the recipe's goal, and the updates to settle are behind it. */
  readonly hasReachedGoal: boolean;
  /** Whether a validation has reached the recipe's goal. */
  readonly isSettling: boolean;
  /**
   * Trains on the next batches in one call: one update each, or one per term. A loss or gradient
   * that is no number takes the run back to its best weights, at half the rate.
   */
  trainBatches(): Steps<Recovery | undefined>;
  /** Validates the weights; if some of them are no numbers, goes back instead. */
  validate(): Steps<EpochRecord | Recovery>;
  /** A copy of everything that is needed to go on from here. */
  readonly state: ReadState;
  dispose(): void;
}

/** How often a run goes back before it gives up. */
const MOST_RECOVERIES = 6;

/** What a recovery multiplies the learning rate by. */
const RECOVERY_FACTOR = 0.5;

/** A state's arrays on a backend, where updates change them. */
function placeState(backend: Backend, state: TrainingState) {
  return {
    weights: backend.buffer(state.weights),
    firstMoment: backend.buffer(state.firstMoment),
    secondMoment: backend.buffer(state.secondMoment),
  } satisfies OptimizerBuffers;
}

const contentOf = (buffer: Buffer, isCopied: boolean) => (isCopied ? buffer.read() : buffer.view());

/** What is not finite in an update's numbers, if anything. */
function faultOf({ losses, gradientNorm }: UpdateResult): string | undefined {
  const loss = Object.values(losses).find((value) => !Number.isFinite(value));
  if (loss !== undefined) return `a loss is ${loss}`;
  return Number.isFinite(gradientNorm) ? undefined : `the gradient is ${gradientNorm}`;
}

/**
 * Puts a run into a backend's memory, at the point where a state left it; a step for each part of it.
 * `begin` gives the state, which nobody here holds afterwards: its moments are in the backend's memory.
 */
export function* openSession(
  task: TrainingTask,
  recipe: Recipe,
  backend: Backend,
  begin: () => TrainingState,
  learning: Learning,
  loadTrainer: LoadTrainer,
): Steps<Session> {
  const start = begin();
  yield 0.1;
  const terms = trainedTerms(task, recipe);
  const key = Key.fromSeed(recipe.seed);
  const split = yield* pairSteps(task, recipe, key.fold("pairs"));
  yield 0.2;
  const { pairs, trainCount, validationCount } = split;
  const tokens = backend.buffer(task.tokens);
  const arrays = placeState(backend, start);
  const { weights, firstMoment, secondMoment } = arrays;
  const known = yield* labelSteps(task, backend, tokens, pairs.base);
  const targets = loadHighLevel(task, pairs, backend, tokens, known);
  yield* targets.prepare();
  const { labels } = targets;
  yield 0.4;
  const trained = learning.loadWeights(backend, weights);
  const trainer = loadTrainer(
    { task, recipe, backend, tokens, labels, buffers: arrays },
    { task, recipe, terms, split, targets, key },
  );
  yield 0.6;
  const { atol, validationInterval, settleUpdates } = recipe;
  const validator = yield* loadValidator({
    task,
    atol,
    pairs,
    backend,
    tokens,
    targets,
    weights: trained.buffer,
  });
  yield 0.8;
  const validationIds = Uint32Array.from({ length: validationCount }, (_, i) => trainCount + i);
  const perCall = batchesPerCall(task, recipe);

  let { epoch, batch, step, lossBatches, bestWeights } = start;
  let lossSums = { ...start.lossSums };
  const history = [...start.history];
  const recoveries = [...start.recoveries];
  const measured = () => history.at(-1)?.measured;
  let batches = yield* trainer.open(epoch, measured);

  const updatesPerEpoch = batches.count * trainer.perBatch;
  const most = recipe.updates ?? Number.POSITIVE_INFINITY;
  const validations = () => history.map(({ validation }) => validation);
  const sinceValidation = () => step - (history.at(-1)?.steps ?? 0);
  /** The updates behind the first validation that reached the goal. */
  const reachedAt = () => history.find(({ validation }) => hasReached(recipe, validation))?.steps;
  let goalAt = reachedAt();
  const isSettled = () => goalAt !== undefined && step >= goalAt + settleUpdates;
  const isOver = () => epoch >= recipe.epochs || step >= most;
  const watched = (metrics: ValidationMetrics) => sumOf(metrics, recipe.scheduleMetrics);
  const metrics = validations().map(watched);
  const momentOf = (update: number, ofEpoch: number): UpdateMoment => {
    const recovery = recoveries.at(-1);
    const sinceStart = update - (recovery?.step ?? 0);
    const moment = { epoch: ofEpoch, update, sinceStart, updatesPerEpoch, metrics };
    const settling = goalAt === undefined ? 1 : settlingFactor(update - goalAt, settleUpdates);
    const learningRate = learningRateAt(recipe, moment) * settling * (recovery?.rateFactor ?? 1);
    return { step: sinceStart, learningRate };
  };

  /** Batches of the next call: not past the epoch, the next validation, or the last update. */
  const nextCount = () => {
    const settled = goalAt === undefined ? most : goalAt + settleUpdates;
    const validated = (validationInterval ?? most) - sinceValidation();
    const updates = Math.min(most - step, settled - step, validated);
    return Math.min(perCall, batches.count - batch, Math.ceil(updates / trainer.perBatch));
  };

  const recover = (cause: string): Recovery => {
    const at = `epoch ${epoch + 1}, batch ${batch}`;
    if (recoveries.length === MOST_RECOVERIES) {
      throw new InterpBenchError("E_DIVERGED", "training diverges again and again", {
        at,
        received: `${cause}, after going back ${MOST_RECOVERIES} times`,
        hint: "Lower the learning rate, or take another seed.",
      });
    }
    const best = learning.bestOf(recipe, validations());
    const recovery: Recovery = {
      step,
      epoch: epoch + 1,
      cause,
      backTo: best === undefined ? 0 : history[best]!.steps,
      rateFactor: RECOVERY_FACTOR ** (recoveries.length + 1),
    };
    recoveries.push(recovery);
    weights.write(bestWeights);
    for (const moments of [firstMoment, secondMoment]) {
      moments.write(new Float32Array(moments.length));
    }
    return recovery;
  };

  /** Goes on to the next epoch if this one's batches are behind it. */
  function* turn(): Steps<void> {
    if (batch < batches.count) return;
    batch = 0;
    epoch++;
    if (!isOver()) batches = yield* trainer.open(epoch, measured);
  }

  function* trainBatches(): Steps<Recovery | undefined> {
    const first = step;
    const momentOfNext = (i: number) => momentOf(first + 1 + i, epoch);
    for (const results of yield* batches.train(batch, nextCount(), momentOfNext)) {
      batch++;
      step += results.length;
      const fault = results.map(faultOf).find((cause) => cause !== undefined);
      if (fault !== undefined) {
        const recovery = recover(fault);
        yield* turn();
        return recovery;
      }
      lossBatches++;
      for (const { losses } of results) {
        for (const term of terms) lossSums[term] += losses[term] ?? 0;
      }
    }
    yield* turn();
    return undefined;
  }

  function* validate(): Steps<EpochRecord | Recovery> {
    const current = weights.read();
    if (!current.every(Number.isFinite)) return recover("a weight is not finite");
    trained.refresh();
    const validationKey = key.fold("validation").fold(history.length);
    const last = batch === 0 ? epoch - 1 : epoch;
    const record: EpochRecord = {
      epoch: last + 1,
      learningRate: momentOf(step, last).learningRate,
      steps: step,
      trainLosses: meanLosses({ lossSums, lossBatches }),
      validation: yield* validator.measure(
        planValidation(task, recipe, validationIds, validationKey),
      ),
      ...(trainer.measure === undefined ? {} : { measured: yield* trainer.measure() }),
    };
    history.push(record);
    metrics.push(watched(record.validation));
    goalAt ??= reachedAt();
    if (learning.bestOf(recipe, validations()) === history.length - 1) bestWeights = current;
    lossSums = { ...NO_LOSSES };
    lossBatches = 0;
    return record;
  }

  return {
    get epoch() {
      return epoch;
    },
    get batch() {
      return batch;
    },
    batches: batches.count,
    get step() {
      return step;
    },
    history,
    get isDue() {
      if (sinceValidation() === 0) return false;
      const isTime =
        validationInterval === undefined ? batch === 0 : sinceValidation() >= validationInterval;
      return isTime || isOver() || isSettled();
    },
    get isOver() {
      return isOver();
    },
    get hasReachedGoal() {
      return goalAt !== undefined && (isSettled() || isOver());
    },
    get isSettling() {
      return goalAt !== undefined;
    },
    trainBatches,
    validate,
    state: ({ isCopied = true } = {}) => ({
      recipe,
      epoch,
      batch,
      step,
      lossSums: { ...lossSums },
      lossBatches,
      history: [...history],
      recoveries: [...recoveries],
      weights: contentOf(weights, isCopied),
      bestWeights,
      firstMoment: contentOf(firstMoment, isCopied),
      secondMoment: contentOf(secondMoment, isCopied),
    }),
    dispose: () => {
      const buffers: readonly Buffer[] = [tokens, ...Object.values(arrays)];
      for (const part of [trainer, validator, trained, targets, ...buffers]) part.dispose();
    },
  };
}
