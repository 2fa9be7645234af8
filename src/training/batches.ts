import type { Binding } from "../engine/index.ts";
import {
  asModelNodes,
  type ModelNode,
  type Pairs,
  pickPairs,
  type Steps,
} from "../interventions/index.ts";
import type { Key } from "../rng/index.ts";
import { outsideNodes } from "./alignment.ts";
import type { HighLevelTargets } from "./high-level.ts";
import { epochOrder, type PairSplit } from "./pairs.ts";
import type { Recipe } from "./recipe.ts";
import { drawOutside, drawVariable } from "./sampling.ts";
import type { TrainingTask } from "./task.ts";
import type { Term } from "./terms.ts";

/** What an update is made from: pairs of inputs by row, and what to patch between them. */
export interface Batch extends Pairs {
  /** Outputs of the high-level model on the bases with the variable from the sources. */
  readonly intervened: Binding | undefined;
  /** The nodes that the terms patch. */
  readonly patched: { readonly [T in Exclude<Term, "behavior">]: readonly ModelNode[] };
}

/** What batches are drawn from. */
export interface BatchSpec {
  readonly task: TrainingTask;
  readonly recipe: Recipe;
  /** The terms that are trained. */
  readonly terms: readonly Term[];
  readonly split: PairSplit;
  readonly targets: HighLevelTargets;
  /** The run's key. */
  readonly key: Key;
}

/** The batches of one epoch. */
export interface EpochBatches<B> {
  readonly count: number;
  /** Batch number `batch` with the nodes to patch: a function of the key and its place alone. */
  draw(batch: number): Steps<B>;
}

/** The batches of epoch number `epoch` (the first is 0): the training pairs in a new order. */
export function* epochBatches(spec: BatchSpec, epoch: number): Steps<EpochBatches<Batch>> {
  const { task, recipe, terms, split, targets, key } = spec;
  const { batchSize, siitSampling } = recipe;
  const order = epochOrder(split, key, epoch);
  yield 0.5;
  const { base, source } = pickPairs(split.pairs, order);
  const nodesKey = key.fold("nodes").fold(epoch);
  const images = task.correspondence.map(({ ll }) => asModelNodes(ll));
  const outside = outsideNodes(task.lowLevelConfig, task.correspondence);
  return {
    count: Math.ceil(split.trainCount / batchSize),
    *draw(batch) {
      const [start, end] = [batch * batchSize, (batch + 1) * batchSize];
      const draws = nodesKey.fold(batch);
      const variable = terms.includes("iit") ? drawVariable(draws, images.length) : undefined;
      return {
        base: base.subarray(start, end),
        source: source.subarray(start, end),
        intervened:
          variable === undefined
            ? undefined
            : yield* targets.intervenedSteps(variable, order.subarray(start, end)),
        patched: {
          iit: variable === undefined ? [] : images[variable]!,
          strict: terms.includes("strict") ? drawOutside(draws, outside, siitSampling) : [],
        },
      };
    },
  };
}
