import { formatNode } from "../../circuit/index.ts";
import type { Backend } from "../../engine/index.ts";
import {
  type ConstantAblation,
  DEFAULT_TOLERANCE,
  lowLevelNodes,
  type ModelNode,
  meanPositional,
  type PaceOptions,
  paceSteps,
  partSteps,
  type Steps,
  zero,
} from "../../interventions/index.ts";
import { insideNodes, outsideNodes, type TrainingTask } from "../../training/index.ts";
import type { Transformer } from "../../transformer/index.ts";
import { type AblationEffect, jointConstantSteps, type NodeSet } from "../constant-ablation.ts";
import type { EffectName } from "../node-effects.ts";
import { patchedSteps } from "../patched-runs.ts";
import { loadSubject, type Subject } from "../subject.ts";
import type { AuditDraws } from "./draws.ts";
import { type AuditEffect, auditEffect } from "./effect.ts";
import { type ExchangeAccuracies, exchangeAccuracies, exchangeEffects } from "./exchanged-nodes.ts";
import { ownOutputs } from "./own-outputs.ts";

/** An effect of each way of putting something out of action. */
export type EffectsByAblation = { readonly [Effect in EffectName]: AuditEffect };

/** What a node does. */
export interface NodeAudit extends EffectsByAblation {
  readonly node: ModelNode;
  readonly text: string;
  /** Whether it implements a variable. */
  readonly inTruth: boolean;
}

/** What is found out about nodes. */
export interface NodeAudits {
  readonly exchanges: ExchangeAccuracies;
  /** In order of execution. */
  readonly nodes: readonly NodeAudit[];
  /** What is lost when all nodes outside of the truth are put out of action together … */
  readonly sufficiency: EffectsByAblation;
  /** … and all of the truth. */
  readonly necessity: EffectsByAblation;
}

/** Options of an audit of nodes. */
export interface NodeAuditOptions extends PaceOptions<number> {
  readonly backend: Backend;
  /** Distance below which a number counts as right. Default 0.05, the original's. */
  readonly atol?: number;
}

/** What carries the same for all inputs. */
export const CONSTANTS = [meanPositional, zero] as const;

/**
 * The part of an audit that is about nodes, in the time that this takes: see {@link NodeAudits}.
 *
 * Throws and rejects as `auditModel`.
 */
export async function auditNodes(
  model: Transformer,
  task: TrainingTask,
  draws: AuditDraws,
  options: NodeAuditOptions,
): Promise<NodeAudits> {
  const { backend, atol = DEFAULT_TOLERANCE } = options;
  const subject = loadSubject(model, task, backend);
  const rows = Uint32Array.from(new Set([...draws.pairs.base, ...draws.inputs.rows]));
  try {
    const own = ownOutputs(subject, rows, atol);
    try {
      return await paceSteps(nodeAuditSteps(subject, own, draws, atol), options);
    } finally {
      own.dispose();
    }
  } finally {
    subject.dispose();
  }
}

/** The nodes one by one, all outside of the truth together, and all of the truth together. */
export function* nodeAuditSteps(
  subject: Subject,
  own: ReturnType<typeof ownOutputs>,
  { pairs, inputs, isExhaustive }: AuditDraws,
  atol: number,
): Steps<NodeAudits> {
  const { model, task } = subject;
  const all = lowLevelNodes(model.config);
  const outside = outsideNodes(model.config, task.correspondence);
  const inside = insideNodes(model.config, task.correspondence);
  const sets: readonly NodeSet[] = [...all.map((node) => [node]), outside, inside];
  const accuracies = exchangeAccuracies(subject, pairs, atol, isExhaustive.pairs);
  const effects = exchangeEffects(subject, own, sets, atol, isExhaustive.pairs);
  try {
    yield* partSteps(patchedSteps(subject, pairs, [accuracies, effects]), 0, 0.8);
  } finally {
    accuracies.dispose();
    effects.dispose();
  }
  const steps = jointConstantSteps(subject, inputs, CONSTANTS, atol, sets);
  const constants = yield* partSteps(steps, 0.8, 1);
  const resampled = effects.result();
  const ofConstant = (ablation: ConstantAblation, set: number) =>
    constantEffect(constants.get(ablation)![set]!, inputs.rows.length, isExhaustive.inputs);
  const effectsOf = (set: number): EffectsByAblation => ({
    resample: resampled[set]!,
    mean: ofConstant(meanPositional, set),
    zero: ofConstant(zero, set),
  });
  const isOutside = new Set(outside.map(formatNode));
  return {
    exchanges: accuracies.result(),
    nodes: all.map((node, i): NodeAudit => {
      const text = formatNode(node);
      return { node, text, inTruth: !isOutside.has(text), ...effectsOf(i) };
    }),
    sufficiency: effectsOf(all.length),
    necessity: effectsOf(all.length + 1),
  };
}

function constantEffect(
  { brokenInputs, worst }: AblationEffect,
  runs: number,
  isExhaustive: boolean,
): AuditEffect {
  const example = worst && { base: worst.row, lost: worst.lost };
  return auditEffect({ runs, broken: brokenInputs, worst: example }, isExhaustive);
}
