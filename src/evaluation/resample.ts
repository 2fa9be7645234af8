import { formatNode } from "../circuit/index.ts";
import { notEqual, sum, type Tensor, where } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  lowLevelNodes,
  type ModelNode,
  type Pairs,
  runSteps,
  targetInput,
} from "../interventions/index.ts";
import type { WeightedPairs } from "./inputs.ts";
import { EFFECT_INPUTS, type EffectMetric, effectOf } from "./metric.ts";
import { patchedSteps, type Reading } from "./patched-runs.ts";
import { cleanLogits, counted, countedPositions, type Subject } from "./subject.ts";

function assertMetric({ task }: Subject, metric: EffectMetric): void {
  if (metric === "accuracy" || task.categorical) return;
  throw new InterpBenchError("E_METRIC", `"${metric}" needs classes, and the outputs are numbers`, {
    expected: "accuracy",
    received: metric,
  });
}

function assertFiniteEffect(text: string, total: number, metric: EffectMetric): void {
  if (Number.isFinite(total)) return;
  throw new InterpBenchError("E_NUMBER", "the effect of a node is not a finite number", {
    at: text,
    expected: `a finite ${metric}`,
    received: String(total),
    hint: "Logits that are very far apart have log-probabilities beyond float32.",
  });
}

/** Where the labels of pairs differ, each pair as often as it weighs. */
interface Changed {
  /** The number of counting positions and outputs at which they do. */
  readonly outputs: number;
  /** The number of pairs in which they do anywhere. */
  readonly pairs: number;
}

function changedLabels(subject: Subject, { base, source, weights }: WeightedPairs): Changed {
  const { labels, task } = subject;
  const outputs = labels.length / (task.multiplicity.length * task.positions);
  const positions = countedPositions(subject);
  const total = { outputs: 0, pairs: 0 };
  for (const [i, weight] of weights.entries()) {
    let isChanged = false;
    for (const pos of positions) {
      for (let k = 0; k < outputs; k++) {
        const at = (row: number) => labels[(row * task.positions + pos) * outputs + k];
        if (at(base[i]!) === at(source[i]!)) continue;
        total.outputs += weight;
        isChanged = true;
      }
    }
    if (isChanged) total.pairs += weight;
  }
  return total;
}

/** The rows' own logits as a table, and where each row lies in it. */
function ownLogits(subject: Subject, { base, source }: Pairs) {
  const rows = Uint32Array.from(new Set([...base, ...source]));
  const slots = new Map(Array.from(rows, (row, slot) => [row, slot]));
  const table = cleanLogits(subject, rows);
  return { table, slotsOf: (wanted: Uint32Array) => wanted.map((row) => slots.get(row)!) };
}

/** Resample effects as something that is read off patched runs. */
export interface EffectReading extends Reading {
  /** What has been read, by node text. */
  effects(): ReadonlyMap<string, number | undefined>;
  /** Pairs whose labels differ, each as often as it weighs: what effects were seen on. */
  readonly changedPairs: number;
  dispose(): void;
}

/** Prepares {@link resampleEffects}; its runs are the caller's. */
export function readEffects(
  subject: Subject,
  pairs: WeightedPairs,
  metric: EffectMetric,
  atol: number,
  nodes: readonly ModelNode[] = lowLevelNodes(subject.model.config),
): EffectReading {
  assertMetric(subject, metric);
  const { model, task, labelTable } = subject;
  const [label, sourceLabel] = [EFFECT_INPUTS.label, EFFECT_INPUTS.sourceLabel].map((name) =>
    targetInput(name, task, model.config.dVocabOut),
  ) as [Tensor, Tensor];
  const logits = metric === "accuracy" ? undefined : ownLogits(subject, pairs);
  const totals = new Map(nodes.map((node) => [formatNode(node), 0]));
  const changed = changedLabels(subject, pairs);
  return {
    changedPairs: changed.pairs,
    tensors: (patched) => {
      const [own, other] = [counted(subject, label), counted(subject, sourceLabel)];
      const effect = effectOf(metric, task.categorical, counted(subject, patched), own, atol);
      return { effect: sum(where(notEqual(own, other), effect, 0)) };
    },
    inputs: ({ base, source }) => ({
      [EFFECT_INPUTS.label]: { table: labelTable, rows: base },
      [EFFECT_INPUTS.sourceLabel]: { table: labelTable, rows: source },
      ...(logits && {
        [EFFECT_INPUTS.own]: { table: logits.table, rows: logits.slotsOf(base) },
        [EFFECT_INPUTS.sourceOwn]: { table: logits.table, rows: logits.slotsOf(source) },
      }),
    }),
    wanted: nodes.map((node) => ({
      nodes: [node],
      take: ({ effect }, { offset }) => {
        const text = formatNode(node);
        let total = totals.get(text)!;
        for (let i = 0; i < effect!.length; i++) total += effect![i]! * pairs.weights[offset + i]!;
        totals.set(text, total);
      },
    })),
    effects: () => {
      const { outputs } = changed;
      for (const [text, total] of totals) assertFiniteEffect(text, total, metric);
      return new Map(
        [...totals].map(([text, total]) => [text, outputs > 0 ? total / outputs : undefined]),
      );
    },
    dispose: () => logits?.table.dispose(),
  };
}

/**
 * Resample effects: what changes on the bases when a node is taken from the sources, by node text.
 *
 * The mean of the metric over the pairs and those counting positions at which the high-level
 * model's outputs on base and source differ; `undefined` if there are none. For `accuracy` a number
 * from 0 (the node does not matter) to 1. Throws `E_METRIC` for a metric that needs classes.
 */
export function resampleEffects(
  subject: Subject,
  pairs: WeightedPairs,
  metric: EffectMetric,
  atol: number,
  nodes?: readonly ModelNode[],
): ReadonlyMap<string, number | undefined> {
  const reading = readEffects(subject, pairs, metric, atol, nodes);
  try {
    runSteps(patchedSteps(subject, pairs, [reading]));
    return reading.effects();
  } finally {
    reading.dispose();
  }
}
