import {
  adamScalars,
  add,
  type Backend,
  type Buffer,
  batchMean,
  compile,
  concat,
  type Executable,
  mul,
  optimizerStep,
  reshape,
  sizeOf,
  type Tensor,
} from "../../engine/index.ts";
import { pickPairs, type Steps } from "../../interventions/index.ts";
import type { Key } from "../../rng/index.ts";
import {
  countParameters,
  type HookName,
  type Transformer,
  usedInputs,
} from "../../transformer/index.ts";
import type { BatchSpec, EpochBatches } from "../batches.ts";
import type { Learning } from "../learning.ts";
import { OBJECTIVE_INPUTS } from "../objective.ts";
import { epochOrder } from "../pairs.ts";
import type { Recipe } from "../recipe.ts";
import { sumOf } from "../stopping.ts";
import type { TrainingTask } from "../task.ts";
import { trainerOf } from "../trainer.ts";
import { UPDATE_INPUTS } from "../update.ts";
import { type BatchUpdate, makeUpdater, type UpdateSpec } from "../updater.ts";
import type { ValidationMetrics } from "../validation.ts";
import { type Compression, compressedOf, learnedVector } from "./compression.ts";
import { loadEffectDifferences } from "./effect-differences.ts";
import { drawExchanges, type ExchangeDraws } from "./exchanges.ts";
import { baseInput, exchangeName, exchangeObjective, outputObjective } from "./objective.ts";

/** The pairs of a run that are held out. */
const heldOut = ({ split: { pairs, trainCount, validationCount } }: BatchSpec) =>
  pickPairs(
    pairs,
    Uint32Array.from({ length: validationCount }, (_, i) => trainCount + i),
  );

/** How often and how interventions are made between a transformer and its compressed form. */
export interface ExchangeOptions extends ExchangeDraws {
  /** The intervention loss joins every so many batches, beginning with the first of an epoch. */
  readonly batchesGap: number;
}

/** Pairs of inputs, with the exchanges if the intervention loss is one of theirs. */
interface CompressionBatch {
  readonly base: Uint32Array;
  readonly source: Uint32Array;
  readonly exchanges: ReadonlyMap<HookName, Float32Array> | undefined;
}

/**
 * Learning to compress a transformer: its compressed form is to give its outputs (weight
 * `behaviorWeight`), and the same as it when nodes of both are exchanged (weight `iitWeight`, see
 * {@link exchangeObjective}); one update a batch on the sum.
 *
 * `task.lowLevelConfig` is the shape of the compressed form.
 */
export function compressionLearning(
  task: TrainingTask,
  original: Transformer,
  compression: Compression,
  options: ExchangeOptions,
): Learning {
  return {
    size: compression.size,
    start: compression.start,
    loadWeights: (backend, learned) => loadWeights(task, compression, backend, learned),
    bestOf: bestSum,
    trainer: async () => (updates, batches) => {
      const { hooks } = compression.read(learnedVector(compression)).bridge;
      const update = loadUpdate(updates, original, compression);
      const updater = makeUpdater(updates.backend, [update]);
      const trainer = trainerOf(updater, (epoch, measured) =>
        epochBatches(batches, epoch, ({ batch, pairs, key }) =>
          batch % options.batchesGap === 0
            ? drawExchanges(original.config, hooks, pairs, options, key, measured())
            : undefined,
        ),
      );
      if (options.nodeSampling === "uniform" || updates.recipe.iitWeight === 0) return trainer;
      const effects = loadEffectDifferences({
        ...{ task, original, compression },
        atol: updates.recipe.atol,
        backend: updates.backend,
        tokens: updates.tokens,
        learned: updates.buffers.weights,
        pairs: heldOut(batches),
      });
      return {
        ...trainer,
        measure: () => effects.measure(),
        dispose: () => {
          trainer.dispose();
          effects.dispose();
        },
      };
    },
  };
}

/**
 * The last validation with the greatest sum of accuracies, which the original watches; the least of them
 * says little of a transformer that is squeezed too far for interventions, but not for its task.
 */
function bestSum(
  { goalMetrics }: Recipe,
  history: readonly ValidationMetrics[],
): number | undefined {
  const sums = history.map((metrics) => sumOf(metrics, goalMetrics));
  if (sums.length === 0) return undefined;
  return sums.reduce((place, sum, i) => (sum >= sums[place]! ? i : place), 0);
}

const flattened = (tensors: Iterable<Tensor>) =>
  concat(
    [...tensors].map((tensor) => reshape(tensor, [sizeOf(tensor.shape)])),
    0,
  );

function loadWeights(
  { lowLevelConfig }: TrainingTask,
  compression: Compression,
  backend: Backend,
  learned: Buffer,
) {
  const { weights } = compression.read(learnedVector(compression));
  const program = backend.load(compile({ outputs: { weights: flattened(weights.values()) } }));
  const buffer = backend.buffer(countParameters(lowLevelConfig));
  const inputs = usedInputs(program.program, { [UPDATE_INPUTS.weights]: learned });
  return {
    buffer,
    refresh: () => {
      program.run({ batch: 0, inputs, into: { weights: buffer } });
    },
    dispose: () => {
      program.dispose();
      buffer.dispose();
    },
  };
}

/** Where in an epoch a batch stands, and what it is drawn with. */
interface BatchPlace {
  readonly batch: number;
  readonly pairs: number;
  readonly key: Key;
}

/** The batches of an epoch: the training pairs in a new order, with the exchanges that are drawn. */
function* epochBatches(
  { recipe: { batchSize, iitWeight }, split, key }: BatchSpec,
  epoch: number,
  draw: (place: BatchPlace) => CompressionBatch["exchanges"],
): Steps<EpochBatches<CompressionBatch>> {
  const order = epochOrder(split, key, epoch);
  yield 0.5;
  const { base, source } = pickPairs(split.pairs, order);
  const keys = key.fold("exchanges").fold(epoch);
  return {
    count: Math.ceil(split.trainCount / batchSize),
    *draw(batch) {
      const [start, end] = [batch * batchSize, (batch + 1) * batchSize];
      const part = { base: base.subarray(start, end), source: source.subarray(start, end) };
      const place = { batch, pairs: part.base.length, key: keys.fold(batch) };
      yield 0.5;
      return { ...part, exchanges: iitWeight > 0 ? draw(place) : undefined };
    },
  };
}

type Output = "behavior" | "iit" | "gradientNorm";

/** The update on a batch, with the intervention loss or without it. */
function updateProgram(
  task: TrainingTask,
  recipe: Recipe,
  original: Transformer,
  compression: Compression,
  withExchanges: boolean,
) {
  const learned = learnedVector(compression);
  const parts = compression.read(learned);
  const compressed = compressedOf(task, original, parts);
  const base = baseInput(task);
  const mean = (loss: Tensor, weight: number) => mul(batchMean(loss), weight);
  const behavior = mean(outputObjective(task, compressed.small, base), recipe.behaviorWeight);
  const iit = withExchanges
    ? [mean(exchangeObjective(task, compressed, base), recipe.iitWeight)]
    : [];
  const { auxiliary } = compression;
  const further =
    auxiliary === undefined
      ? []
      : [mean(auxiliary.loss(compressed, parts, base), auxiliary.weight)];
  const total = [...iit, ...further].reduce(add, behavior);
  const step = { adam: recipe, clip: recipe.clipGradNorm };
  const { updates, gradientNorm } = optimizerStep(
    [{ parameter: learned, parts: parts.parts }],
    total,
    step,
  );
  const outputs = { behavior, ...(iit[0] && { iit: iit[0] }), gradientNorm };
  return compile({ outputs: outputs as Record<Output, Tensor>, updates });
}

function loadUpdate(
  { task, recipe, backend, tokens, labels, buffers }: UpdateSpec,
  original: Transformer,
  compression: Compression,
): BatchUpdate<CompressionBatch> {
  const loaded = new Map<boolean, Executable<Output>>();
  const programFor = (withExchanges: boolean) => {
    const known = loaded.get(withExchanges);
    if (known !== undefined) return known;
    const made = backend.load(updateProgram(task, recipe, original, compression, withExchanges));
    loaded.set(withExchanges, made);
    return made;
  };
  return {
    prepare: ({ base, source, exchanges }, { step, learningRate }) => {
      const executable = programFor(exchanges !== undefined);
      const inputs = usedInputs(executable.program, {
        [OBJECTIVE_INPUTS.base]: { table: tokens, rows: base },
        [OBJECTIVE_INPUTS.source]: { table: tokens, rows: source },
        [OBJECTIVE_INPUTS.label]: { table: labels, rows: base },
        ...Object.fromEntries([...(exchanges ?? [])].map(([hook, on]) => [exchangeName(hook), on])),
        [UPDATE_INPUTS.weights]: buffers.weights,
        [UPDATE_INPUTS.firstMoment]: buffers.firstMoment,
        [UPDATE_INPUTS.secondMoment]: buffers.secondMoment,
      });
      const scalars = adamScalars(step, learningRate, recipe);
      return {
        runs: [{ executable, options: { batch: base.length, inputs, scalars } }],
        read: ({ behavior, iit, gradientNorm }) => ({
          losses: { behavior: behavior![0]!, iit: iit?.[0] ?? 0 },
          gradientNorm: gradientNorm![0]!,
        }),
        dispose: () => {},
      };
    },
    dispose: () => {
      for (const program of loaded.values()) program.dispose();
    },
  };
}
