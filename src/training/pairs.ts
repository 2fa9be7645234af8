import { type Pairs, runSteps, type Steps } from "../interventions/index.ts";
import type { Key } from "../rng/index.ts";
import type { Recipe } from "./recipe.ts";
import { inputCount, type TrainingTask } from "./task.ts";

/** From this many distinct inputs on, inputs are held out instead of pairs. */
const MANY_INPUTS = 20_000;

/** The pairs of a run: the same in all its epochs. */
export interface PairSplit {
  /** All pairs: `trainCount` to train with, then the ones to validate with. */
  readonly pairs: Pairs;
  readonly trainCount: number;
  readonly validationCount: number;
  /**
   * What validation has not been trained with: `"inputs"` where there are many, else `"pairs"`
   * (both members are seen in training, but never together), or `"nothing"` for a handful of inputs.
   */
  readonly heldOut: "inputs" | "pairs" | "nothing";
}

/** The row that a number from 0 to 1 stands for, where each has a share in proportion to its weight. */
function rowsByWeight(weights: ArrayLike<number>): (unit: number) => number {
  const sums = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    total += weights[i]!;
    sums[i] = total;
  }
  return (unit) => {
    const wanted = unit * total;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/**
 * `count` pairs, with replacement: base and source drawn independently by weight, among those
 * allowed (default: all).
 */
export function drawPairs(
  weights: ArrayLike<number>,
  count: number,
  key: Key,
  allowed?: (base: number, source: number) => boolean,
): Pairs {
  return runSteps(drawSteps(weights, count, key, allowed));
}

/** So many pairs are drawn at a step: some milliseconds. */
const DRAWN_AT_ONCE = 2 ** 15;

/** {@link drawPairs} in steps. */
export function* drawSteps(
  weights: ArrayLike<number>,
  count: number,
  key: Key,
  allowed: (base: number, source: number) => boolean = () => true,
): Steps<Pairs> {
  const rowAt = rowsByWeight(weights);
  const pairs = { base: new Uint32Array(count), source: new Uint32Array(count) };
  let found = 0;
  for (let round = 0; found < count; round++) {
    const bases = key.fold("base").fold(round).uniform(count);
    yield found / count;
    const sources = key.fold("source").fold(round).uniform(count);
    for (let i = 0; i < count && found < count; i++) {
      if (i % DRAWN_AT_ONCE === 0) yield found / count;
      const base = rowAt(bases[i]!);
      const source = rowAt(sources[i]!);
      if (!allowed(base, source)) continue;
      pairs.base[found] = base;
      pairs.source[found] = source;
      found++;
    }
  }
  return pairs;
}

function joined(first: Pairs, second: Pairs): Pairs {
  const both = (a: Uint32Array, b: Uint32Array) => {
    const all = new Uint32Array(a.length + b.length);
    all.set(a);
    all.set(b, a.length);
    return all;
  };
  return { base: both(first.base, second.base), source: both(first.source, second.source) };
}

/** The pairs that pass a test, in order. */
function allPairs(inputs: number, allowed: (base: number, source: number) => boolean): Pairs {
  const [base, source]: [number[], number[]] = [[], []];
  for (let b = 0; b < inputs; b++) {
    for (let s = 0; s < inputs; s++) {
      if (!allowed(b, s)) continue;
      base.push(b);
      source.push(s);
    }
  }
  return { base: Uint32Array.from(base), source: Uint32Array.from(source) };
}

/** Holds out inputs: pairs of the ones are for training, pairs of the others for validation. */
function* splitInputs(weights: ArrayLike<number>, recipe: Recipe, key: Key): Steps<PairSplit> {
  const order = key.fold("split").permutation(weights.length);
  const heldOut = new Uint8Array(weights.length);
  const count = Math.floor(recipe.validationShare * weights.length);
  for (const row of order.subarray(order.length - count)) heldOut[row] = 1;
  const masked = (keep: 0 | 1) =>
    Float64Array.from({ length: weights.length }, (_, i) =>
      heldOut[i] === keep ? weights[i]! : 0,
    );
  const train = yield* drawSteps(masked(0), recipe.trainPairs, key.fold("train"));
  const validation = yield* drawSteps(masked(1), recipe.validationPairs, key.fold("validation"));
  return split(train, validation, "inputs");
}

function split(train: Pairs, validation: Pairs, heldOut: PairSplit["heldOut"]): PairSplit {
  return {
    pairs: joined(train, validation),
    trainCount: train.base.length,
    validationCount: validation.base.length,
    heldOut,
  };
}

/**
 * Holds out pairs. After the inputs have been put on a circle in random order, a pair is held out
 * if the sum of its places is among the last `validationShare` of the circle: so every input has
 * the same share of its partners held out, on both sides.
 */
function* splitPairs(weights: ArrayLike<number>, recipe: Recipe, key: Key): Steps<PairSplit> {
  const inputs = weights.length;
  const places = key.fold("split").permutation(inputs);
  const perInput = Math.min(inputs - 1, Math.round(recipe.validationShare * inputs));
  const isHeldOut = (base: number, source: number) =>
    (places[base]! + places[source]!) % inputs < perInput;
  const train = yield* drawSteps(
    weights,
    recipe.trainPairs,
    key.fold("train"),
    (b, s) => !isHeldOut(b, s),
  );
  const validationKey = key.fold("validation");
  if (perInput === 0) {
    const validation = yield* drawSteps(weights, recipe.validationPairs, validationKey);
    return split(train, validation, "nothing");
  }
  const isUniform = Array.from(weights).every((w) => w === weights[0]);
  const isEnumerable = isUniform && inputs * perInput <= recipe.validationPairs;
  const validation = isEnumerable
    ? allPairs(inputs, isHeldOut)
    : yield* drawSteps(weights, recipe.validationPairs, validationKey, isHeldOut);
  return split(train, validation, "pairs");
}

/**
 * Draws the pairs of a run: base and source independently, each by its multiplicity.
 *
 * The original splits its samples 80/20; where it over-samples a small input space, its test set
 * holds nothing new. So here, below 20,000 distinct inputs, it is pairs that are held out, and all
 * of the held-out pairs are looked at where they fit into `validationPairs` and weigh the same.
 */
export function makePairs(task: TrainingTask, recipe: Recipe, key: Key): PairSplit {
  return runSteps(pairSteps(task, recipe, key));
}

/** {@link makePairs} in steps. */
export function pairSteps(task: TrainingTask, recipe: Recipe, key: Key): Steps<PairSplit> {
  const { multiplicity } = task;
  return inputCount(task) >= MANY_INPUTS
    ? splitInputs(multiplicity, recipe, key)
    : splitPairs(multiplicity, recipe, key);
}

/** The training pairs' numbers in the order of an epoch. */
export function epochOrder({ trainCount }: PairSplit, key: Key, epoch: number): Uint32Array {
  return key.fold("order").fold(epoch).permutation(trainCount);
}
