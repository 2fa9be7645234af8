import { sub, type Tensor } from "../../engine/index.ts";
import {
  type DestinationHook,
  edgeMaskShapes,
  type HookName,
  hookShape,
  type SourceHook,
  sourceHooks,
} from "../../transformer/index.ts";
import { asSources, runInput, type SampleInputs, sampleInputs } from "../run/inputs.ts";
import type { GraphWeights } from "../run/weights.ts";

import type { DiscoveryTask } from "../task/task.ts";

/** The graph of a trial in the making. */
export interface TrialGraph {
  readonly task: DiscoveryTask;
  readonly weights: GraphWeights;
  /** Whether edges behind the destination under test may be cut, too. */
  readonly isCumulative: boolean;
  readonly input: SampleInputs;
  /** All sources, in order. */
  readonly sources: readonly SourceHook[];
  /** All destinations, in order. */
  readonly readers: readonly DestinationHook[];
  /** What passes at a hook point in the clean run. */
  clean(hook: HookName): Tensor;
  /** What passes there in the corrupted run: P. */
  corrupted(hook: HookName): Tensor;
  /** P − C of the first `count` source hook points, `[source, pos, dModel]` each. */
  differences(count: number): Tensor[];
}

/** The number of source hook points before a block's heads: the embeddings, and two per block. */
export const sourcesBeforeHeads = (block: number): number => 1 + 2 * block;

/** The number of source hook points before a block's MLP. */
export const sourcesBeforeMlp = (block: number): number => 2 + 2 * block;

/** The place of a block's `hook_mlp_in` among the destination hook points: q, k, v come before it. */
export const mlpReader = (block: number): number => 4 * block + 3;

/** A new graph, with inputs of its own. */
export function trialGraph(
  task: DiscoveryTask,
  weights: GraphWeights,
  isCumulative = false,
): TrialGraph {
  const { config } = task.transformer;
  const input = sampleInputs();
  const sources = sourceHooks(config);
  const of = (run: "clean" | "corrupted") => (hook: HookName) =>
    input(runInput(run, hook), hookShape(config, hook, task.positions));
  const [clean, corrupted] = [of("clean"), of("corrupted")];
  return {
    task,
    weights,
    isCumulative,
    input,
    sources,
    readers: [...edgeMaskShapes(config).keys()],
    clean,
    corrupted,
    differences: (count) =>
      sources.slice(0, count).map((hook) => asSources(sub(corrupted(hook), clean(hook)))),
  };
}
