import { type Circuit, fullGraph } from "../../circuit/index.ts";
import {
  componentEdges,
  DEFAULT_TOLERANCE,
  meanPositional,
  paceSteps,
  partSteps,
  type Steps,
  zero,
} from "../../interventions/index.ts";
import type { TrainingTask } from "../../training/index.ts";
import type { Transformer } from "../../transformer/index.ts";
import type { EffectName } from "../node-effects.ts";
import { loadSubject, type Subject } from "../subject.ts";
import { loadCircuitEffects } from "./circuit-effects.ts";
import { type CircuitTests, circuitTestSteps } from "./circuit-tests.ts";
import type { AuditDraws } from "./draws.ts";
import { type EdgeRuns, edgeEffectSteps } from "./edge-effects.ts";
import type { Carried } from "./edge-pieces.ts";
import type { AuditEffect } from "./effect.ts";
import { type EffectiveTruth, effectiveTruthSteps, withoutEdge } from "./effective-truth.ts";
import type { ExchangeAccuracies } from "./exchanged-nodes.ts";
import { type ModelHealth, modelHealth } from "./health.ts";
import {
  CONSTANTS,
  type EffectsByAblation,
  type NodeAudit,
  type NodeAuditOptions,
  nodeAuditSteps,
} from "./node-audit.ts";
import { ownOutputs } from "./own-outputs.ts";

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
export interface AuditOptions extends NodeAuditOptions {
  /** Share of runs that the effective truth may lose beyond what the truth loses. Default 0.001. */
  readonly allowed?: number;
}

/** What edges and nodes carry by the name of the effect. */
const CARRIED: { readonly [Effect in EffectName]: Carried } = {
  resample: "source",
  mean: meanPositional,
  zero,
};

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
    const nodes = yield* partSteps(nodeAuditSteps(subject, own, draws, atol), 0, 0.5);
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
    const edges = yield* partSteps(edgeSteps(edgeRuns, constantRuns, truth), 0.5, 0.9);
    const circuits = yield* partSteps(circuitSteps(edgeRuns, constantRuns, truth, allowed), 0.9, 1);
    const graph = fullGraph(subject.model.config);
    const tests = yield* partSteps(circuitTestSteps(subject, graph, truth, draws.tests), 1, 1);
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
  const exchanged = yield* partSteps(edgeEffectSteps(runs, edges, ["source"]), 0, 0.4);
  const constant = yield* partSteps(edgeEffectSteps(constantRuns, edges, CONSTANTS), 0.4, 1);
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
    const exchanged = yield* partSteps(steps, 0, 0.5);
    const constant = yield* partSteps(onInputs!.steps(whole, CONSTANTS), 0.5, 0.6);
    const [lost, , ...needs] = exchanged.get("source")!;
    const minimality = texts.map((text, i) => ({ text, effect: needs[i]! }));
    const effectiveTruth = yield* partSteps(
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
