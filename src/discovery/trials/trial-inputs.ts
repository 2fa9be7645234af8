import type { Binding, Buffer } from "../../engine/index.ts";
import {
  type Ablation,
  CLEAN_LOGITS,
  type GraphWeights,
  namedInputs,
  prepareInputRuns,
  type Scope,
  type Steps,
} from "../../interventions/index.ts";
import { blockHook, type HookName, sourceHooks } from "../../transformer/index.ts";
import { assertFiniteTask } from "../run/finite.ts";
import type { DiscoveryTask } from "../task/task.ts";

/** The clean run and what ablated sources carry: all that trials do not compute. */
export interface TrialInputs {
  /** `clean:<hook>`, `ablated:<hook>` and `cleanLogits` of trial graphs. */
  readonly inputs: Readonly<Record<string, Binding>>;
  /** What the heads of a block compute in the clean run, `[row, pos, head, dModel]`. */
  heads(block: number): Buffer;
}

/** The hook points whose clean values trials start from: the residual stream at every sublayer. */
function startingPoints(nLayers: number): HookName[] {
  const blocks = Array.from({ length: nLayers }, (_, block) => block);
  const within = blocks.flatMap((block) => [
    blockHook(block, "hook_resid_pre"),
    blockHook(block, "hook_resid_mid"),
  ]);
  return [...within, blockHook(nLayers - 1, "hook_resid_post")];
}

/** Runs the inputs of a task, in steps, as trials need them. Throws as {@link assertFiniteTask}. */
export function* captureTrialInputs(
  scope: Scope,
  task: DiscoveryTask,
  weights: GraphWeights,
  ablation: Ablation,
  embeddings: readonly HookName[],
): Steps<TrialInputs> {
  const { config } = task.transformer;
  const sources = [...embeddings, ...sourceHooks(config).slice(1)];
  const points = new Set<HookName>([...sources, ...startingPoints(config.nLayers)]);
  const runs = prepareInputRuns(scope, task, weights, points);
  yield* assertFiniteTask(scope, task, weights, ablation, runs);
  const clean = yield* runs.clean();
  return {
    inputs: {
      [CLEAN_LOGITS]: clean.logits,
      ...namedInputs("clean", clean.at),
      ...namedInputs("ablated", yield* runs.ablated(ablation, sources)),
    },
    heads: (block) => clean.at.get(blockHook(block, "attn.hook_result"))!,
  };
}
