import { formatNode } from "../circuit/index.ts";
import { type Buffer, mul, notEqual, sum, type Tensor } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  hooksOf,
  loadInterventions,
  logitsNeeded,
  lowLevelNodes,
  type ModelNode,
  type Pairs,
  targetInput,
} from "../training/index.ts";
import type { WeightedPairs } from "./inputs.ts";
import { EFFECT_INPUTS, type EffectMetric, effectOf } from "./metric.ts";
import { runSteps, type Steps } from "./steps.ts";
import { cleanLogits, counted, countedPositions, type Subject } from "./subject.ts";

function assertMetric({ task }: Subject, metric: EffectMetric): void {
  if (metric === "accuracy" || task.categorical) return;
  throw new InterpBenchError("E_METRIC", `"${metric}" needs classes, and the outputs are numbers`, {
    expected: "accuracy",
    received: metric,
  });
}

/** Σ over pairs of weight × number of counting positions at which the two labels differ. */
function changedWeight(subject: Subject, { base, source, weights }: WeightedPairs): number {
  const { labels, task } = subject;
  const outputs = labels.length / (task.multiplicity.length * task.positions);
  const positions = countedPositions(subject);
  let total = 0;
  for (const [i, weight] of weights.entries()) {
    for (const pos of positions) {
      for (let k = 0; k < outputs; k++) {
        const at = (row: number) => labels[(row * task.positions + pos) * outputs + k];
        if (at(base[i]!) !== at(source[i]!)) total += weight;
      }
    }
  }
  return total;
}

/** The rows' own logits as a table, and where each row lies in it. */
function ownLogits(subject: Subject, { base, source }: Pairs) {
  const rows = Uint32Array.from(new Set([...base, ...source]));
  const slots = new Map(Array.from(rows, (row, slot) => [row, slot]));
  const table: Buffer = cleanLogits(subject, rows);
  return { table, slotsOf: (wanted: Uint32Array) => wanted.map((row) => slots.get(row)!) };
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
  return runSteps(resampleSteps(subject, pairs, metric, atol, nodes));
}

/** {@link resampleEffects} in steps: one for each node and piece of the pairs. */
export function* resampleSteps(
  subject: Subject,
  pairs: WeightedPairs,
  metric: EffectMetric,
  atol: number,
  nodes: readonly ModelNode[] = lowLevelNodes(subject.model.config),
): Steps<ReadonlyMap<string, number | undefined>> {
  assertMetric(subject, metric);
  const { model, task, backend, tokens, tensors, labelTable } = subject;
  const { config } = model;
  const [label, sourceLabel] = [EFFECT_INPUTS.label, EFFECT_INPUTS.sourceLabel].map((name) =>
    targetInput(name, task, config.dVocabOut),
  ) as [Tensor, Tensor];
  const interventions = loadInterventions({
    backend,
    model: { config, tensors, bindings: {} },
    tokens,
    positions: task.positions,
    hooks: hooksOf(nodes),
    logitsAt: logitsNeeded(task),
    read: (logits) => {
      const [own, other] = [counted(subject, label), counted(subject, sourceLabel)];
      const effect = effectOf(metric, task.categorical, counted(subject, logits), own, atol);
      return { effect: sum(mul(effect, notEqual(own, other))) };
    },
  });
  const logits = metric === "accuracy" ? undefined : ownLogits(subject, pairs);
  const totals = new Map(nodes.map((node) => [formatNode(node), 0]));
  try {
    for (const { base, source, offset, patch } of interventions.pieces(pairs)) {
      const extra = {
        [EFFECT_INPUTS.label]: { table: labelTable, rows: base },
        [EFFECT_INPUTS.sourceLabel]: { table: labelTable, rows: source },
        ...(logits && {
          [EFFECT_INPUTS.own]: { table: logits.table, rows: logits.slotsOf(base) },
          [EFFECT_INPUTS.sourceOwn]: { table: logits.table, rows: logits.slotsOf(source) },
        }),
      };
      for (const [done, node] of nodes.entries()) {
        yield (offset + (base.length * done) / nodes.length) / pairs.base.length;
        const { effect } = patch([node], extra);
        const text = formatNode(node);
        let total = totals.get(text)!;
        for (const [i, value] of effect.entries()) total += value * pairs.weights[offset + i]!;
        totals.set(text, total);
      }
    }
  } finally {
    interventions.dispose();
    logits?.table.dispose();
  }
  const changed = changedWeight(subject, pairs);
  return new Map(
    [...totals].map(([text, total]) => [text, changed > 0 ? total / changed : undefined]),
  );
}
