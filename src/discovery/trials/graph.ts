import { concat, sub, type Tensor } from "../../engine/index.ts";
import {
  asSources,
  type GraphWeights,
  runInput,
  type SampleInputs,
  sampleInputs,
} from "../../interventions/index.ts";
import {
  type HookName,
  headAxis,
  hookShape,
  type SourceHook,
  sourceHooks,
} from "../../transformer/index.ts";
import type { DiscoveryTask } from "../task/task.ts";
import type { SublayerState } from "./sublayers.ts";

/** The embeddings as one source. */
const JOINT_EMBEDDINGS: readonly HookName[] = ["blocks.0.hook_resid_pre"];

/** Sample input `[source, pos, dModel]`: P − C of what a source hook point writes. */
export const differenceName = (hook: SourceHook): string => `difference:${hook}`;

/** The graph of a trial in the making. */
export interface TrialGraph {
  readonly task: DiscoveryTask;
  readonly weights: GraphWeights;
  /** What cut edges have made of every sublayer, `[depth]`. */
  readonly states: readonly SublayerState[];
  readonly input: SampleInputs;
  /** All sources, in order; the first stands for the embeddings. */
  readonly sources: readonly SourceHook[];
  /** What writes the embeddings: both together, or each by itself. */
  readonly embeddings: readonly HookName[];
  /** What passes at a hook point in the clean run. */
  clean(hook: HookName): Tensor;
  /** What it carries where it is ablated: P. */
  ablated(hook: HookName): Tensor;
  /** P − C of the first `count` source hook points, `[source, pos, dModel]` each: the {@link sourceDifferences}. */
  differences(count: number): Tensor[];
}

/** A new graph, with inputs of its own. */
export function trialGraph(
  task: DiscoveryTask,
  weights: GraphWeights,
  states: readonly SublayerState[] = [],
  embeddings: readonly HookName[] = JOINT_EMBEDDINGS,
): TrialGraph {
  const { config } = task.transformer;
  const input = sampleInputs();
  const sources = sourceHooks(config);
  const of = (run: "clean" | "ablated") => (hook: HookName) =>
    input(runInput(run, hook), hookShape(config, hook, task.positions));
  const [clean, ablated] = [of("clean"), of("ablated")];
  return {
    task,
    weights,
    states,
    input,
    sources,
    embeddings,
    clean,
    ablated,
    differences: (count) =>
      sources.slice(0, count).map((hook, at) => {
        const own = headAxis(hook) === undefined ? 1 : config.nHeads;
        const count = at === 0 ? embeddings.length : own;
        return input(differenceName(hook), [count, task.positions, config.dModel]);
      }),
  };
}

/** P − C of all source hook points by {@link differenceName}, `[source, pos, dModel]`: they are the same in all trials. */
export function sourceDifferences({
  sources,
  embeddings,
  ablated,
  clean,
}: TrialGraph): Record<string, Tensor> {
  const [first, ...others] = sources;
  const difference = (hook: HookName) => asSources(sub(ablated(hook), clean(hook)));
  const each = embeddings.map(difference);
  return {
    [differenceName(first!)]: each.length === 1 ? each[0]! : concat(each, 0),
    ...Object.fromEntries(others.map((hook) => [differenceName(hook), difference(hook)])),
  };
}
