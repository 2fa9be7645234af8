import type { Backend, Buffer, Values } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { Key } from "../rng/index.ts";
import { type HighLevelTargets, loadHighLevel } from "./high-level.ts";
import { asModelNodes, outsideNodes } from "./nodes.ts";
import { TERMS, type Term } from "./objective.ts";
import { learningRateAt } from "./optimizer/schedule.ts";
import { epochOrder, makePairs } from "./pairs.ts";
import type { Recipe } from "./recipe.ts";
import { drawOutside, drawVariable } from "./sampling.ts";
import { type EpochRecord, NO_LOSSES, type TrainingState } from "./state.ts";
import { sumOf } from "./stopping.ts";
import type { TrainingTask } from "./task.ts";
import { type Batch, loadUpdater, termWeight, type Updater } from "./update.ts";
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
  /** Trains on the next batch: one update, or one per term. */
  trainBatch(): void;
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

/** Memory on a backend. */
function placeBuffers(task: TrainingTask, backend: Backend, state: TrainingState) {
  return {
    tokens: backend.buffer(task.tokens),
    weights: backend.buffer(state.weights),
    firstMoment: backend.buffer(state.firstMoment),
    secondMoment: backend.buffer(state.secondMoment),
  } satisfies Record<string, Buffer>;
}

function loadUpdaters(
  task: TrainingTask,
  recipe: Recipe,
  backend: Backend,
  buffers: ReturnType<typeof placeBuffers>,
): Updater[] {
  const terms = trainedTerms(task, recipe);
  const groups = recipe.singleLoss ? [terms] : terms.map((term) => [term]);
  return groups.map((group) => loadUpdater(task, recipe, group, backend, buffers));
}

/** Puts a run into a backend's memory, at the point where `start` left it. */
export function openSession(
  task: TrainingTask,
  recipe: Recipe,
  backend: Backend,
  start: TrainingState,
): Session {
  const key = Key.fromSeed(recipe.seed);
  const split = makePairs(task, recipe, key.fold("pairs"));
  const { pairs, trainCount, validationCount } = split;
  const buffers = placeBuffers(task, backend, start);
  const { tokens, weights } = buffers;
  const targets: HighLevelTargets = loadHighLevel(task, pairs, backend, tokens);
  const updaters = loadUpdaters(task, recipe, backend, buffers);
  const validator = loadValidator({
    task,
    atol: recipe.atol,
    pairs,
    backend,
    tokens,
    targets,
    weights,
  });
  const validationIds = Uint32Array.from({ length: validationCount }, (_, i) => trainCount + i);
  const variables = task.correspondence.map(({ ll }) => asModelNodes(ll));
  const outside = outsideNodes(task.lowLevelConfig, task.correspondence);
  const trains = (term: Term) => updaters.some(({ terms }) => terms.includes(term));
  const batches = Math.ceil(trainCount / recipe.batchSize);

  let { epoch, batch, step } = start;
  let lossSums = { ...start.lossSums };
  const history = [...start.history];
  let order = epochOrder(split, key, epoch);
  const rate = () =>
    learningRateAt(
      recipe,
      history.map(({ validation }) => sumOf(validation, recipe.scheduleMetrics)),
    );
  let learningRate = rate();

  const nextBatch = (): Batch => {
    const ids = order.subarray(batch * recipe.batchSize, (batch + 1) * recipe.batchSize);
    const draws = key.fold("nodes").fold(epoch).fold(batch);
    const variable = trains("iit") ? drawVariable(draws, variables.length) : undefined;
    const base = ids.map((id) => pairs.base[id]!);
    return {
      base: { table: tokens, rows: base },
      source: { table: tokens, rows: ids.map((id) => pairs.source[id]!) },
      label: { table: targets.labels, rows: base },
      intervened: variable === undefined ? undefined : targets.intervened(variable, ids),
      patched: {
        ...(variable === undefined ? {} : { iit: variables[variable]! }),
        ...(trains("strict") ? { strict: drawOutside(draws, outside, recipe.siitSampling) } : {}),
      },
    };
  };

  return {
    batches,
    get batch() {
      return batch;
    },
    history,
    trainBatch: () => {
      const drawn = nextBatch();
      for (const updater of updaters) {
        step++;
        const { losses } = updater.run(drawn, step, learningRate);
        for (const term of updater.terms) {
          const loss = losses[term]!;
          assertFinite(loss, epoch, batch);
          lossSums[term] += loss;
        }
      }
      batch++;
    },
    finishEpoch: () => {
      const plan = planValidation(task, recipe, validationIds, key.fold("validation").fold(epoch));
      const record: EpochRecord = {
        epoch: epoch + 1,
        learningRate,
        steps: step,
        trainLosses: {
          iit: lossSums.iit / batches,
          strict: lossSums.strict / batches,
          behavior: lossSums.behavior / batches,
        },
        validation: validator.measure(plan),
      };
      history.push(record);
      epoch++;
      batch = 0;
      lossSums = { ...NO_LOSSES };
      order = epochOrder(split, key, epoch);
      learningRate = rate();
      return record;
    },
    state: () => {
      const read = (buffer: Buffer): Values => buffer.read();
      return {
        recipe,
        epoch,
        batch,
        step,
        lossSums: { ...lossSums },
        history: [...history],
        weights: read(buffers.weights),
        firstMoment: read(buffers.firstMoment),
        secondMoment: read(buffers.secondMoment),
      };
    },
    dispose: () => {
      for (const part of [...updaters, validator, targets, ...Object.values(buffers)])
        part.dispose();
    },
  };
}
