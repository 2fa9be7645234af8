import type { Backend, Buffer } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { Key } from "../rng/index.ts";
import { epochBatches } from "./batches.ts";
import { batchesPerCall } from "./call-size.ts";
import { loadHighLevel } from "./high-level.ts";
import { outsideNodes } from "./nodes.ts";
import { learningRateAt } from "./optimizer/schedule.ts";
import { makePairs } from "./pairs.ts";
import type { Recipe } from "./recipe.ts";
import { type EpochRecord, type Losses, NO_LOSSES, type TrainingState } from "./state.ts";
import { sumOf } from "./stopping.ts";
import type { TrainingTask } from "./task.ts";
import type { OptimizerBuffers } from "./term-update.ts";
import { TERMS, type Term } from "./terms.ts";
import { termWeight } from "./update.ts";
import { loadUpdater } from "./updater.ts";
import { loadValidator, planValidation } from "./validation.ts";

/**
 * The terms that a run trains: those with a weight, without the strict one where every node is in
 * the circuit. Throws `E_TASK` when nothing is left, or IIT has no variables.
 */
export function trainedTerms(task: TrainingTask, recipe: Recipe): Term[] {
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
  /** Batches of an epoch. */
  readonly batches: number;
  /** Batches of the current epoch behind it. */
  readonly batch: number;
  readonly history: readonly EpochRecord[];
  /** Trains on the next batches in one call: one update each, or one per term. */
  trainBatches(): void;
  /** Validates and goes on to the next epoch. */
  finishEpoch(): EpochRecord;
  /** A copy of everything that is needed to go on from here. */
  state(): TrainingState;
  dispose(): void;
}

function assertFinite(loss: number, epoch: number, batch: number): void {
  if (Number.isFinite(loss)) return;
  throw new InterpBenchError("E_DIVERGED", "a loss is no longer a number", {
    at: `epoch ${epoch + 1}, batch ${batch + 1}`,
    received: String(loss),
    hint: "Lower the learning rate.",
  });
}

/** A state's arrays on a backend, where updates change them. */
function placeState(backend: Backend, state: TrainingState) {
  return {
    weights: backend.buffer(state.weights),
    firstMoment: backend.buffer(state.firstMoment),
    secondMoment: backend.buffer(state.secondMoment),
  } satisfies OptimizerBuffers;
}

/** The learning rate of the epoch after those of a history. */
function nextLearningRate(recipe: Recipe, history: readonly EpochRecord[]): number {
  const metrics = history.map(({ validation }) => sumOf(validation, recipe.scheduleMetrics));
  return learningRateAt(recipe, metrics);
}

function meanLosses({ iit, strict, behavior }: Losses, batches: number): Losses {
  return { iit: iit / batches, strict: strict / batches, behavior: behavior / batches };
}

/** Puts a run into a backend's memory, at the point where `start` left it. */
export function openSession(
  task: TrainingTask,
  recipe: Recipe,
  backend: Backend,
  start: TrainingState,
): Session {
  const terms = trainedTerms(task, recipe);
  const key = Key.fromSeed(recipe.seed);
  const split = makePairs(task, recipe, key.fold("pairs"));
  const { pairs, trainCount, validationCount } = split;
  const tokens = backend.buffer(task.tokens);
  const arrays = placeState(backend, start);
  const { weights } = arrays;
  const targets = loadHighLevel(task, pairs, backend, tokens);
  const groups = recipe.singleLoss ? [terms] : terms.map((term) => [term]);
  const { labels } = targets;
  const updater = loadUpdater({ task, recipe, backend, tokens, labels, buffers: arrays }, groups);
  const { atol } = recipe;
  const validator = loadValidator({ task, atol, pairs, backend, tokens, targets, weights });
  const validationIds = Uint32Array.from({ length: validationCount }, (_, i) => trainCount + i);
  const spec = { task, recipe, terms, split, targets, key };

  const perCall = batchesPerCall(task, recipe);

  let { epoch, batch, step } = start;
  let lossSums = { ...start.lossSums };
  const history = [...start.history];
  let batches = epochBatches(spec, epoch);
  let learningRate = nextLearningRate(recipe, history);

  return {
    batches: batches.count,
    get batch() {
      return batch;
    },
    history,
    trainBatches: () => {
      const count = Math.min(perCall, batches.count - batch);
      const drawn = Array.from({ length: count }, (_, i) => batches.draw(batch + i));
      for (const results of updater.run(drawn, step + 1, learningRate)) {
        for (const { losses } of results) {
          step++;
          for (const term of terms) {
            const loss = losses[term] ?? 0;
            assertFinite(loss, epoch, batch);
            lossSums[term] += loss;
          }
        }
        batch++;
      }
    },
    finishEpoch: () => {
      const plan = planValidation(task, recipe, validationIds, key.fold("validation").fold(epoch));
      epoch++;
      const record: EpochRecord = {
        epoch,
        learningRate,
        steps: step,
        trainLosses: meanLosses(lossSums, batches.count),
        validation: validator.measure(plan),
      };
      history.push(record);
      batch = 0;
      lossSums = { ...NO_LOSSES };
      batches = epochBatches(spec, epoch);
      learningRate = nextLearningRate(recipe, history);
      return record;
    },
    state: () => ({
      recipe,
      epoch,
      batch,
      step,
      lossSums: { ...lossSums },
      history: [...history],
      weights: weights.read(),
      firstMoment: arrays.firstMoment.read(),
      secondMoment: arrays.secondMoment.read(),
    }),
    dispose: () => {
      const buffers: readonly Buffer[] = [tokens, ...Object.values(arrays)];
      for (const part of [updater, validator, targets, ...buffers]) part.dispose();
    },
  };
}
