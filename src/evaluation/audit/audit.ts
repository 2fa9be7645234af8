import { type Circuit, formatNode, fullGraph } from "../../circuit/index.ts";
import type { Backend } from "../../engine/index.ts";
import {
  type ConstantAblation,
  componentEdges,
  DEFAULT_TOLERANCE,
  lowLevelNodes,
  type ModelNode,
  meanPositional,
  type PaceOptions,
  paceSteps,
  type Steps,
  zero,
} from "../../interventions/index.ts";
import { insideNodes, outsideNodes, type TrainingTask } from "../../training/index.ts";
import type { Transformer } from "../../transformer/index.ts";
import { type AblationEffect, jointConstantSteps, type NodeSet } from "../constant-ablation.ts";
import type { EffectName } from "../node-effects.ts";
import { partOf } from "../part-of.ts";
import { patchedSteps } from "../patched-runs.ts";
import { loadSubject, type Subject } from "../subject.ts";
import { loadCircuitEffects } from "./circuit-effects.ts";
import { type CircuitTests, circuitTestSteps } from "./circuit-tests.ts";
import type { AuditDraws } from "./draws.ts";
import { type EdgeRuns, edgeEffectSteps } from "./edge-effects.ts";
import type { Carried } from "./edge-pieces.ts";
import { type AuditEffect, auditEffect } from "./effect.ts";
import { type EffectiveTruth, effectiveTruthSteps, withoutEdge } from "./effective-truth.ts";
import { type ExchangeAccuracies, exchangeAccuracies, exchangeEffects } from "./exchanged-nodes.ts";
import { type ModelHealth, modelHealth } from "./health.ts";
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

/** What an edge between components does. */
export interface EdgeAudit extends EffectsByAblation {
  readonly text: string;
  /** `undefined` for embeddings → output, which no circuit is asked about. */
  readonly inTruth: boolean | undefined;
}

/** Everything that an audit found out. */
export interface Audit {
  /** Of the model's own outputs on the bases. */
  readonly accuracy: number;
  readonly exchanges: ExchangeAccuracies;
  readonly nodes: readonly NodeAudit[];
  readonly edges: readonly EdgeAudit[];
  /** What is lost when everything outside of the truth is put out of action together. */
  readonly sufficiency: { readonly nodes: EffectsByAblation; readonly edges: EffectsByAblation };
  /** What is lost when the truth is put out of action. */
  readonly necessity: { readonly nodes: EffectsByAblation; readonly edges: EffectsByAblation };
  /** What the truth alone loses when one of its edges is given up, too; under exchange. */
  readonly minimality: readonly { readonly text: string; readonly effect: AuditEffect }[];
  readonly effectiveTruth: EffectiveTruth;
  readonly tests: CircuitTests;
  readonly health: ModelHealth;
}

/** Options of an audit. */
export interface AuditOptions extends PaceOptions<number> {
  readonly backend: Backend;
  /** Distance below which a number counts as right. Default 0.05, the original's. */
  readonly atol?: number;
  /** Share of runs that the effective truth may lose beyond what the truth loses. Default 0.001. */
  readonly allowed?: number;
}

/** What edges and nodes carry by the name of the effect. */
const CARRIED: { readonly [Effect in EffectName]: Carried } = {
  resample: "source",
  mean: meanPositional,
  zero,
};
const CONSTANTS = [meanPositional, zero] as const;

/**
 * Examines what every node and edge of a model does, inside and outside of the circuit it is known to
 * have: see {@link Audit}. `truth` is that circuit at head granularity.
 *
 * Throws `E_TASK` when the model does not fit the task; rejects with the reason of `signal` once that is
 * aborted.
 */
export async function auditModel(
  model: Transformer,
  task: TrainingTask,
  truth: Circuit,
  draws: AuditDraws,
  options: AuditOptions,
): Promise<Audit> {
  const subject = loadSubject(model, task, options.backend);
  try {
    return await paceSteps(auditSteps(subject, truth, draws, options), options);
  } finally {
    subject.dispose();
  }
}

function* auditSteps(
  subject: Subject,
  truth: Circuit,
  draws: AuditDraws,
  { atol = DEFAULT_TOLERANCE, allowed = 0.001 }: AuditOptions,
): Steps<Audit> {
  const { pairs, edgePairs, inputs, isExhaustive } = draws;
  const rows = [pairs.base, edgePairs.base, inputs.rows].flatMap((list) => [...new Set(list)]);
  const own = ownOutputs(subject, Uint32Array.from(new Set(rows)), atol);
  try {
    const nodes = yield* partOf(nodeSteps(subject, own, draws, atol), 0, 0.5);
    const edgeRuns: EdgeRuns = {
      subject,
      own,
      atol,
      pairs: edgePairs,
      isExhaustive: isExhaustive.edgePairs,
      inputs,
    };
    const constantRuns: EdgeRuns = {
      ...edgeRuns,
      pairs: { base: inputs.rows, source: inputs.rows },
      isExhaustive: isExhaustive.inputs,
    };
    const edges = yield* partOf(edgeSteps(edgeRuns, constantRuns, truth), 0.5, 0.9);
    const circuits = yield* partOf(circuitSteps(edgeRuns, constantRuns, truth, allowed), 0.9, 1);
    const graph = fullGraph(subject.model.config);
    const tests = yield* partOf(circuitTestSteps(subject, graph, truth, draws.tests), 1, 1);
    return {
      accuracy: own.accuracy(pairs.base),
      exchanges: nodes.exchanges,
      nodes: nodes.nodes,
      edges,
      sufficiency: { nodes: nodes.sufficiency, edges: circuits.sufficiency },
      necessity: { nodes: nodes.necessity, edges: circuits.necessity },
      minimality: circuits.minimality,
      effectiveTruth: circuits.effectiveTruth,
      tests,
      health: modelHealth(subject, inputs),
    };
  } finally {
    own.dispose();
  }
}

/** The nodes one by one, all outside of the truth together, and all of the truth together. */
function* nodeSteps(
  subject: Subject,
  own: ReturnType<typeof ownOutputs>,
  { pairs, inputs, isExhaustive }: AuditDraws,
  atol: number,
) {
  const { model, task } = subject;
  const all = lowLevelNodes(model.config);
  const outside = outsideNodes(model.config, task.correspondence);
  const inside = insideNodes(model.config, task.correspondence);
  const sets: readonly NodeSet[] = [...all.map((node) => [node]), outside, inside];
  const accuracies = exchangeAccuracies(subject, pairs, atol, isExhaustive.pairs);
  const effects = exchangeEffects(subject, own, sets, atol, isExhaustive.pairs);
  try {
    yield* partOf(patchedSteps(subject, pairs, [accuracies, effects]), 0, 0.8);
  } finally {
    accuracies.dispose();
    effects.dispose();
  }
  const steps = jointConstantSteps(subject, inputs, CONSTANTS, atol, sets);
  const constants = yield* partOf(steps, 0.8, 1);
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

/** Effects by name, of two measurements: on pairs, and under constants. */
function byAblation(
  exchanged: ReadonlyMap<Carried, readonly AuditEffect[]>,
  constant: ReadonlyMap<Carried, readonly AuditEffect[]>,
  at: number,
): EffectsByAblation {
  return {
    resample: exchanged.get(CARRIED.resample)![at]!,
    mean: constant.get(CARRIED.mean)![at]!,
    zero: constant.get(CARRIED.zero)![at]!,
  };
}

function* edgeSteps(runs: EdgeRuns, constantRuns: EdgeRuns, truth: Circuit): Steps<EdgeAudit[]> {
  const edges = componentEdges(fullGraph(runs.subject.model.config));
  const exchanged = yield* partOf(edgeEffectSteps(runs, edges, ["source"]), 0, 0.4);
  const constant = yield* partOf(edgeEffectSteps(constantRuns, edges, CONSTANTS), 0.4, 1);
  return edges.map(({ text, isScored }, i) => ({
    text,
    inTruth: isScored ? truth.edges.has(text) : undefined,
    ...byAblation(exchanged, constant, i),
  }));
}

/** The truth as a circuit: what it loses, and what is lost without it or parts of it. */
function* circuitSteps(runs: EdgeRuns, constantRuns: EdgeRuns, truth: Circuit, allowed: number) {
  const graph = fullGraph(runs.subject.model.config);
  const [onPairs, onInputs] = [runs, constantRuns].map((some) => loadCircuitEffects(some, graph));
  const texts = [...truth.edges.keys()];
  try {
    const whole = [{ circuit: truth }, { circuit: truth, isCut: true }];
    const reduced = texts.map((text) => ({ circuit: withoutEdge(truth, text) }));
    const steps = onPairs!.steps([...whole, ...reduced], ["source"]);
    const exchanged = yield* partOf(steps, 0, 0.5);
    const constant = yield* partOf(onInputs!.steps(whole, CONSTANTS), 0.5, 0.6);
    const [lost, , ...needs] = exchanged.get("source")!;
    const minimality = texts.map((text, i) => ({ text, effect: needs[i]! }));
    const effectiveTruth = yield* partOf(
      effectiveTruthSteps(truth, lost!, minimality, onPairs!, allowed),
      0.6,
      1,
    );
    return {
      sufficiency: byAblation(exchanged, constant, 0),
      necessity: byAblation(exchanged, constant, 1),
      minimality,
      effectiveTruth,
    };
  } finally {
    onPairs!.dispose();
    onInputs!.dispose();
  }
}
