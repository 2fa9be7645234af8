import type { Buffer } from "../../engine/index.ts";
import type { GraphWeights, Scope } from "../../interventions/index.ts";
import { type CapturedRun, prepareCapture, runInput } from "../../interventions/index.ts";
import { blockHook, type HookName, sourceHooks } from "../../transformer/index.ts";
import { CLEAN_LOGITS } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";

/** The clean and the corrupted run, from which trials take everything that they do not compute. */
export interface BothRuns {
  /** `clean:<hook>`, `corrupted:<hook>` and `cleanLogits` of trial graphs. */
  readonly inputs: Readonly<Record<string, Buffer>>;
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

/** Runs the clean and the corrupted inputs of a task. */
export function captureBothRuns(
  scope: Scope,
  task: DiscoveryTask,
  weights: GraphWeights,
): BothRuns {
  const { config } = task.transformer;
  const points = new Set<HookName>([...sourceHooks(config), ...startingPoints(config.nLayers)]);
  const capture = prepareCapture(scope, task, weights, points);
  const [clean, corrupted] = [capture(task.cleanTokens), capture(task.corruptedTokens)];
  const named = (run: "clean" | "corrupted", { at }: CapturedRun) =>
    Object.fromEntries([...at].map(([hook, buffer]) => [runInput(run, hook), buffer]));
  return {
    inputs: {
      [CLEAN_LOGITS]: clean.logits,
      ...named("clean", clean),
      ...named("corrupted", corrupted),
    },
    heads: (block) => clean.at.get(blockHook(block, "attn.hook_result"))!,
  };
}
