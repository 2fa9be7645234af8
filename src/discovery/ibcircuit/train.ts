import {
  add,
  batchSum,
  constant,
  embed,
  mul,
  parameter,
  reshape,
  scalar,
  sigmoid,
  sizeOf,
  slice,
  type Tensor,
} from "../../engine/index.ts";
import {
  CLEAN_LOGITS,
  freezeWeights,
  prepareCapture,
  ROW_WEIGHT,
  rowWeights,
  type Scope,
  type Steps,
  sampleInputs,
  zero,
} from "../../interventions/index.ts";
import {
  atKeptPositions,
  blockHook,
  forward,
  type Hook,
  type HookName,
  hookShape,
  logitsNeeded,
} from "../../transformer/index.ts";
import { type MaskTrainer, prepareMaskTrainer, type StepMoment } from "../masks/mask-trainer.ts";
import { LABELS_NEED, type MaskObjective, maskedLoss } from "../masks/objective.ts";
import { assertFiniteTask } from "../run/finite.ts";
import { type DiscoveryTask, keptTargets } from "../task/task.ts";
import { asPlaces, type Bottleneck, bottleneckPenalty, noisyOutput } from "./bottleneck.ts";
import { type RowStatistics, rowStatistics } from "./row-statistics.ts";

const [LEARNT, NOISE, ROW] = ["maskLogits", "noise", "row"] as const;

/** A hook point whose places are made noisy. */
export interface NoisyHook {
  readonly hook: HookName;
  /** Its first place among all. */
  readonly start: number;
  /** How many places it has. */
  readonly places: number;
}

/** The hook points of a task: in each block what heads read off their values, and perhaps the MLP's output. */
export function noisyHooks({ transformer }: DiscoveryTask, mlps: boolean): NoisyHook[] {
  const { nLayers, nHeads } = transformer.config;
  const hooks: NoisyHook[] = [];
  let start = 0;
  const push = (hook: HookName, places: number) => {
    hooks.push({ hook, start, places });
    start += places;
  };
  for (let block = 0; block < nLayers; block++) {
    push(blockHook(block, "attn.hook_z"), nHeads);
    if (mlps) push(blockHook(block, "hook_mlp_out"), 1);
  }
  return hooks;
}

/** How noise is learnt. */
export interface NoiseSpec {
  readonly objective: MaskObjective;
  readonly hooks: readonly NoisyHook[];
  /** What distance and penalty count. */
  readonly distanceWeight: number;
  readonly penaltyWeight: number;
  /** θ before the first step, `[row, place]`. */
  readonly start: Float64Array;
}

/** What a step is given. */
export interface NoiseStep extends StepMoment {
  /** Standard normal noise for all places of a row. */
  readonly noise: ArrayLike<number>;
}

/** A trainer of `θ [row, place]`. */
export interface NoiseTrainer extends MaskTrainer<NoiseStep> {
  /** How much noise a step takes. */
  readonly noiseSize: number;
  /** Whether what a place carries differs between rows: else there is nothing to learn about it. `[place]` */
  readonly varies: readonly boolean[];
}

/**
 * Prepares the learning of `w = σ(θ)` on `α·distance + β·penalty`: every row has weights of its own, and all rows
 * have the same noise. Means and deviations are those of the clean run.
 */
export function* prepareNoise(
  scope: Scope,
  task: DiscoveryTask,
  { objective, hooks, distanceWeight, penaltyWeight, start }: NoiseSpec,
): Steps<NoiseTrainer> {
  const { transformer, positions, rows, cleanTokens } = task;
  const { config } = transformer;
  const weights = freezeWeights(scope, transformer);
  yield* assertFiniteTask(scope, task, weights, zero);
  const clean = yield* prepareCapture(
    scope,
    task,
    weights,
    hooks.map(({ hook }) => hook),
  )(cleanTokens);
  const shares = rowWeights(task);
  const input = sampleInputs();
  const places = hooks.reduce((sum, hook) => sum + hook.places, 0);
  const logits = parameter(LEARNT, [rows, places]);
  const left = sigmoid(embed(logits, input(ROW, [])));
  const shapes = hooks.map(({ hook }) => hookShape(config, hook, positions));
  const noiseSize = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const noise = scalar(NOISE, [noiseSize]);
  const penalties: Tensor[] = [];
  const varies: boolean[] = [];
  let used = 0;
  const ofHooks: RowStatistics[] = [];
  for (const { hook } of hooks) {
    yield ofHooks.length / hooks.length;
    ofHooks.push(yield* rowStatistics(clean.at.get(hook)!.read(), shares));
  }
  const noisy = hooks.map(({ hook, start: first, places: count }, i): [HookName, Hook] => {
    const shape = shapes[i]!;
    const statistics = ofHooks[i]!;
    varies.push(...placesThatVary(statistics.varies, positions, count));
    const at = (values: Float64Array) => asPlaces(constant(values, shape));
    const own = asPlaces(reshape(slice(noise, 0, used, used + sizeOf(shape)), shape));
    used += sizeOf(shape);
    return [
      hook,
      (x) => {
        const bottleneck: Bottleneck = {
          output: asPlaces(x),
          weight: slice(left, 0, first, first + count),
          mean: at(statistics.mean),
          deviation: at(statistics.deviation),
          varies: at(statistics.varies),
        };
        penalties.push(bottleneckPenalty(bottleneck));
        return reshape(noisyOutput(bottleneck, own), x.shape);
      },
    ];
  });
  const pass = forward(config, weights.tensors, input("tokens", [positions]), {
    hooks: new Map(noisy),
    logitsAt: logitsNeeded(task),
  });
  const distance = maskedLoss(task, objective, atKeptPositions(task, pass.logits), input);
  const penalty = mul(penalties.reduce(add), 1 / penalties.length);
  const ofRow = add(mul(distance, distanceWeight), mul(penalty, penaltyWeight));
  const wanted =
    objective.target === "labels"
      ? { targets: keptTargets(task, "targets", LABELS_NEED) }
      : { [CLEAN_LOGITS]: clean.logits };
  yield 1;
  const trainer = prepareMaskTrainer<NoiseStep>(
    scope,
    {
      parameter: logits,
      name: LEARNT,
      loss: batchSum(mul(ofRow, input(ROW_WEIGHT, []))),
      start,
      rows,
      inputs: {
        ...weights.bindings,
        ...wanted,
        tokens: scope.buffer(cleanTokens),
        [ROW]: Float64Array.from({ length: rows }, (_, row) => row),
        [ROW_WEIGHT]: shares,
      },
      words: { run: "a noisy run", value: "a weight" },
    },
    (step) => ({ scalars: { [NOISE]: step.noise } }),
  );
  return { ...trainer, noiseSize, varies };
}

/** Which of the places of `[pos, place, d]` hold anything but 0. */
function placesThatVary(values: Float64Array, positions: number, places: number): boolean[] {
  const size = values.length / (positions * places);
  return Array.from({ length: places }, (_, place) =>
    values.some((value, i) => value !== 0 && Math.floor(i / size) % places === place),
  );
}
