import { asModelNodes, hooksOf, type ModelNode } from "../interventions/index.ts";
import { type HookName, headAxis } from "../transformer/index.ts";
import { outsideNodes } from "./alignment.ts";
import type { TrainingTask } from "./task.ts";
import type { Term } from "./terms.ts";

/** The hook points that a term patches in one program, by how that is decided. */
export interface PatchSet {
  /** Heads and MLPs that a run chooses to patch or not. */
  readonly chosen: readonly HookName[];
  /** MLPs that every run patches: their own values are not computed. */
  readonly always: readonly HookName[];
}

/** All hook points of a set. */
export function hooksOfSet({ chosen, always }: PatchSet): HookName[] {
  return [...chosen, ...always];
}

/** What a term may patch in any batch, all of it chosen per run. */
export function openPatchSet(task: TrainingTask, term: Term): PatchSet {
  const { lowLevelConfig, correspondence } = task;
  if (term === "behavior") return { chosen: [], always: [] };
  const nodes =
    term === "iit"
      ? asModelNodes(correspondence.flatMap(({ ll }) => ll))
      : outsideNodes(lowLevelConfig, correspondence);
  return { chosen: hooksOf(nodes), always: [] };
}

/** The hook points of these nodes and no others: only which heads are patched is chosen per run. */
export function patchSetOf(nodes: readonly ModelNode[]): PatchSet {
  const hooks = hooksOf(nodes);
  const isMlp = (hook: HookName) => headAxis(hook) === undefined;
  return { chosen: hooks.filter((hook) => !isMlp(hook)), always: hooks.filter(isMlp) };
}
