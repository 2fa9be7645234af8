import {
  type Backend,
  batchSum,
  broadcastTo,
  compile,
  concat,
  constant,
  expandDims,
  fill,
  mul,
  parameter,
  runSteps,
  type Steps,
  sampleInput,
  sizeOf,
  type Tensor,
} from "../../engine/index.ts";
import { Key } from "../../rng/index.ts";
import {
  atKeptPositions,
  forward,
  type HookName,
  headAxis,
  hookShape,
  logitsNeeded,
  usedInputs,
} from "../../transformer/index.ts";
import { prepareCapture } from "../capture.ts";
import { CLEAN_LOGITS, sampleInputs } from "../inputs.ts";
import { prepareLearner } from "../learner.ts";
import { meanActivations } from "../means.ts";
import { meanDivergence, meanSquaredError } from "../metrics.ts";
import { type PairedInputs, rowWeights } from "../paired-inputs.ts";
import { openScope, type Scope } from "../scope.ts";
import { freezeWeights } from "../weights.ts";

/** What learning the constants of a hook point may cost, and how it goes. */
export const CONSTANTS_BUDGET = {
  /** Steps of Adam. */
  steps: 300,
  /** Inputs of a step, drawn for each place; all, if there are no more. */
  rows: 64,
  /** Of the first step; it falls to 0 in a straight line. */
  learningRate: 0.05,
  /** Of the draws. */
  seed: 0,
} as const;

/** The constants of a hook point, and what they cost. */
export interface LearntConstants {
  /** `[pos, …]`: the mean at the first position (BOS), and the same at every one behind it. */
  readonly values: Float64Array;
  /** The distance from the own output with each head, or the only place, ablated alone: `[head]`, or `[1]`. */
  readonly gaps: Float64Array;
}

const [CONSTANTS, WHICH, WEIGHT] = ["constants", "which", "weight"] as const;

/** What was learnt, for as long as backend and inputs are there. */
const known = new WeakMap<Backend, WeakMap<PairedInputs, Map<HookName, LearntConstants>>>();

/**
 * The constant of each place at a hook point (a head, or all of it) that keeps the output closest to the model's
 * own when it stands in the place at every position behind the first, BOS, and nothing else is changed. (Optimal
 * ablation, Li & Janson 2024.) BOS is not ablated: there stands the mean over the inputs, which is what the place
 * carries anyway where all inputs begin alike and attention is causal. Distances are KL(own ‖ ablated) in nats for
 * classes, mean squared differences for numbers, at the positions that count, mean over the inputs.
 *
 * Adam starts from the better of the mean behind BOS and zero, which also is what remains where nothing better is
 * found on all inputs: no place costs more than with either of them there. The cost is {@link CONSTANTS_BUDGET}; the
 * same inputs on the same backend give the same bits, and are learnt once.
 */
export function learnConstants(
  backend: Backend,
  inputs: PairedInputs,
  hook: HookName,
): LearntConstants {
  return runSteps(learnConstantsInSteps(backend, inputs, hook));
}

/** {@link learnConstants} in steps. */
export function* learnConstantsInSteps(
  backend: Backend,
  inputs: PairedInputs,
  hook: HookName,
): Steps<LearntConstants> {
  const ofBackend =
    known.get(backend) ?? new WeakMap<PairedInputs, Map<HookName, LearntConstants>>();
  const ofInputs = ofBackend.get(inputs) ?? new Map<HookName, LearntConstants>();
  known.set(backend, ofBackend.set(inputs, ofInputs));
  const found = ofInputs.get(hook);
  if (found !== undefined) return found;
  const scope = openScope(backend);
  try {
    const learnt = yield* learn(scope, inputs, hook);
    ofInputs.set(hook, learnt);
    return learnt;
  } finally {
    scope.dispose();
  }
}

function* learn(scope: Scope, inputs: PairedInputs, hook: HookName): Steps<LearntConstants> {
  const { positions, transformer } = inputs;
  const shape = hookShape(transformer.config, hook, positions);
  const places = headAxis(hook) === undefined ? 1 : transformer.config.nHeads;
  const size = sizeOf(shape) / (positions * places);
  const { first, average } = yield* meansOf(scope, inputs, hook, positions);
  const own = yield* placeRuns(scope, inputs, hook, { places, first });
  const candidates = [average, new Float64Array(places * size)];
  const gaps: Float64Array[] = [];
  for (const candidate of candidates) gaps.push(yield* own.gaps(candidate));
  const best = (i: number): number =>
    gaps.reduce((least, gap, c) => (gap[i]! < gaps[least]![i]! ? c : least), 0);
  const chosen = () =>
    Float64Array.from(
      { length: places * size },
      (_, at) => candidates[best(Math.floor(at / size))]![at]!,
    );
  candidates.push(yield* own.learn(chosen()));
  gaps.push(yield* own.gaps(candidates.at(-1)!));
  const constants = chosen();
  const width = constants.length;
  return {
    values: Float64Array.from({ length: positions * width }, (_, at) =>
      at < width ? first[at]! : constants[at % width]!,
    ),
    gaps: Float64Array.from({ length: places }, (_, i) => gaps[best(i)]![i]!),
  };
}

/** Means of what passes at a hook point over inputs, `[…]`: at the first position, and over those behind it. */
function* meansOf(
  scope: Scope,
  inputs: PairedInputs,
  hook: HookName,
  positions: number,
): Steps<Readonly<Record<"first" | "average", Float64Array>>> {
  const { config } = inputs.transformer;
  const { tensors, bindings } = freezeWeights(scope, inputs.transformer);
  const runs = {
    backend: scope.backend,
    model: { config, tensors, bindings },
    tokens: scope.buffer(inputs.cleanTokens),
    positions,
  };
  const all = Uint32Array.from({ length: inputs.rows }, (_, row) => row);
  const weighted = { rows: all, weights: rowWeights(inputs) };
  const values = (yield* meanActivations(runs, weighted, [hook])).get(hook)!;
  const width = values.length / positions;
  const behind = Math.max(1, positions - 1);
  const average = new Float64Array(width);
  for (let i = width; i < values.length; i++) average[i % width]! += values[i]! / behind;
  return { first: values.slice(0, width), average };
}

/** Runs with one place ablated each. */
interface PlaceRuns {
  /** The distance with each place ablated by its constants, on all inputs, `[place]`. */
  gaps(constants: Float64Array): Steps<Float64Array>;
  /** What constants become by learning. */
  learn(start: Float64Array): Steps<Float64Array>;
}

function* placeRuns(
  scope: Scope,
  inputs: PairedInputs,
  hook: HookName,
  { places, first }: { readonly places: number; readonly first: Float64Array },
): Steps<PlaceRuns> {
  const { rows, positions, transformer, cleanTokens } = inputs;
  const { config } = transformer;
  const { categorical = config.dVocabOut > 1 } = inputs;
  const weights = freezeWeights(scope, transformer);
  const shape = hookShape(config, hook, positions);
  const { logits: clean } = yield* prepareCapture(scope, inputs, weights, [])(cleanTokens);
  const [, ...width] = shape;
  const constants = parameter(CONSTANTS, width);
  const source = concat(
    [
      constant(first, [1, ...width]),
      broadcastTo(expandDims(constants, 0), [positions - 1, ...width]),
    ],
    0,
  );
  const distance = (): Tensor => {
    const input = sampleInputs();
    const on = headAxis(hook) === undefined ? fill(1) : input(WHICH, [places]);
    const { logits } = forward(config, weights.tensors, input("tokens", [positions]), {
      switches: new Map([[hook, { on, source }]]),
      logitsAt: logitsNeeded(inputs),
    });
    const kept = atKeptPositions(inputs, logits);
    const target = input(CLEAN_LOGITS, kept.shape);
    return categorical ? meanDivergence(target, kept) : meanSquaredError(kept, target);
  };
  const tokens = scope.buffer(cleanTokens);
  const onehot = scope.buffer(
    Float64Array.from({ length: places * places }, (_, i) => (i % (places + 1) === 0 ? 1 : 0)),
  );
  /** Inputs of a run on these rows for place 0, then on those for place 1, and so on. */
  const bound = (chosen: Uint32Array) => ({
    tokens: { table: tokens, rows: chosen },
    [CLEAN_LOGITS]: { table: clean, rows: chosen },
    [WHICH]: {
      table: onehot,
      rows: chosen.map((_, i) => Math.floor((i * places) / chosen.length)),
    },
  });
  yield 0;
  const measured = scope.load(compile({ outputs: { distance: distance() } }));
  const all = Uint32Array.from({ length: places * rows }, (_, i) => i % rows);
  const counts = rowWeights(inputs);
  const loss = batchSum(mul(distance(), sampleInput(WEIGHT, [])));
  return {
    *gaps(values) {
      const run = usedInputs(measured.program, {
        ...weights.bindings,
        ...bound(all),
        [CONSTANTS]: values,
      });
      const { distance: distances } = yield* measured.runInSteps({
        batch: all.length,
        inputs: run,
      });
      return Float64Array.from({ length: places }, (_, place) =>
        counts.reduce((sum, count, row) => sum + count * distances[place * rows + row]!, 0),
      );
    },
    *learn(start) {
      const { steps, learningRate, seed } = CONSTANTS_BUDGET;
      const own = Math.min(rows, CONSTANTS_BUDGET.rows);
      const facts = { parameter: constants, name: CONSTANTS, loss, start, rows: places * own };
      const learner = prepareLearner(scope, { ...facts, inputs: weights.bindings });
      const key = Key.fromSeed(seed).fold(hook);
      for (let step = 0; step < steps; step++) {
        yield step / steps;
        // All inputs count as they do; drawn ones stand for the others, too.
        const isAll = rows === own;
        const chosen = isAll ? all : Uint32Array.from(key.fold(step).integers(places * own, rows));
        yield* learner.stepInSteps({
          step: step + 1,
          learningRate: learningRate * (1 - step / steps),
          rows: chosen.length,
          inputs: {
            ...bound(chosen),
            [WEIGHT]: Float64Array.from(chosen, (row) =>
              isAll ? counts[row]! : (counts[row]! * rows) / own,
            ),
          },
        });
      }
      return learner.values();
    },
  };
}
