import { formatNode } from "../circuit/index.ts";
import {
  batchSum,
  compile,
  mul,
  type SampleRows,
  sampleInput,
  scalar,
  sizeOf,
  sub,
  sum,
  type Tensor,
} from "../engine/index.ts";
import {
  hooksOf,
  logitsNeeded,
  lowLevelNodes,
  type ModelNode,
  targetInput,
} from "../training/index.ts";
import {
  forward,
  type HookName,
  hookShape,
  sourceName,
  switchInputs,
  switchValues,
} from "../transformer/index.ts";
import { isBroken } from "./metric.ts";
import { counted, type Subject } from "./subject.ts";

/** Inputs by row number, and how much each counts. */
export interface WeightedRows {
  readonly rows: Uint32Array;
  /** `[i]`. */
  readonly weights: Float64Array;
}

/** What a node is replaced by: its mean over the inputs at each position, or 0. */
export type ConstantAblation = "mean" | "zero";

/** Most inputs in one run. */
const LARGEST_RUN = 4096;

/** Visits the inputs in pieces. */
function forEachPiece(
  { rows, weights }: WeightedRows,
  visit: (rows: Uint32Array, weights: Float64Array) => void,
): void {
  for (let start = 0; start < rows.length; start += LARGEST_RUN) {
    const end = start + LARGEST_RUN;
    visit(rows.subarray(start, end), weights.subarray(start, end));
  }
}

/** Activations at hook points that stand for all inputs, `[pos, …]` each. */
export type ConstantActivations = ReadonlyMap<HookName, Float64Array>;

/** The weighted mean over inputs of the activations at some hook points, per position. */
export function meanActivations(
  subject: Subject,
  inputs: WeightedRows,
  hooks: readonly HookName[] = hooksOf(lowLevelNodes(subject.model.config)),
): ConstantActivations {
  const { model, task, backend, tensors, tokens } = subject;
  const base = sampleInput("base", [task.positions]);
  const weight = sampleInput("weight", []);
  const { cache } = forward(model.config, tensors, base, { capture: hooks });
  const outputs = Object.fromEntries(
    [...cache].map(([hook, x]) => [hook, batchSum(mul(x, weight))]),
  );
  const executable = backend.load(compile({ outputs }));
  const totals = new Map(
    hooks.map((hook) => [
      hook,
      new Float64Array(sizeOf(hookShape(model.config, hook, task.positions))),
    ]),
  );
  let count = 0;
  forEachPiece(inputs, (rows, weights) => {
    const table: SampleRows = { table: tokens, rows };
    const sums = executable.run({ batch: rows.length, inputs: { base: table, weight: weights } });
    for (const [hook, total] of totals) {
      for (const [i, value] of sums[hook]!.entries()) total[i]! += value;
    }
    for (const value of weights) count += value;
  });
  executable.dispose();
  return new Map([...totals].map(([hook, total]) => [hook, total.map((x) => x / count)]));
}

/** How much ablating a node breaks. */
export interface AblationEffect {
  /** Share of the right outputs that become wrong; `undefined` if none is right. */
  readonly relative: number | undefined;
  /** Share of all outputs that are wrong under the ablation. */
  readonly wrong: number;
}

/**
 * Effects of replacing each node by a constant, by node text: weighted over inputs and counting
 * positions, against the high-level model's outputs.
 */
export function constantEffects(
  subject: Subject,
  inputs: WeightedRows,
  kind: ConstantAblation,
  atol: number,
  nodes: readonly ModelNode[] = lowLevelNodes(subject.model.config),
): ReadonlyMap<string, AblationEffect> {
  const { model, task, backend, tensors, tokens, labelTable } = subject;
  const { config } = model;
  const hooks = hooksOf(nodes);
  const shapeOf = (hook: HookName) => hookShape(config, hook, task.positions);
  const base = sampleInput("base", [task.positions]);
  const label = targetInput("label", task, config.dVocabOut);
  const switches = new Map(
    [...switchInputs(config, task.positions, hooks)].map(([hook, { on }]) => [
      hook,
      { on, source: scalar(sourceName(hook), shapeOf(hook)) },
    ]),
  );
  const logitsAt = logitsNeeded(task);
  const broken = (logits: Tensor) =>
    isBroken(task.categorical, counted(subject, logits), counted(subject, label), atol);
  const ablated = broken(forward(config, tensors, base, { switches, logitsAt }).logits);
  const right = sub(1, broken(forward(config, tensors, base, { logitsAt }).logits));
  const outputs = { right: sum(right), lost: sum(mul(right, ablated)), wrong: sum(ablated) };
  const executable = backend.load(compile({ outputs }));
  const means = kind === "mean" ? meanActivations(subject, inputs, hooks) : undefined;
  const sources = Object.fromEntries(
    hooks.map((hook) => [
      sourceName(hook),
      means?.get(hook) ?? new Float32Array(sizeOf(shapeOf(hook))),
    ]),
  );
  const positions = sizeOf(ablated.shape);
  const effectOf = (node: ModelNode): AblationEffect => {
    const totals = { right: 0, lost: 0, wrong: 0 };
    let count = 0;
    forEachPiece(inputs, (rows, weights) => {
      const values = executable.run({
        batch: rows.length,
        inputs: { base: { table: tokens, rows }, label: { table: labelTable, rows } },
        scalars: { ...sources, ...switchValues(config, [node], hooks) },
      });
      for (const [i, weight] of weights.entries()) {
        totals.right += weight * values.right[i]!;
        totals.lost += weight * values.lost[i]!;
        totals.wrong += weight * values.wrong[i]!;
        count += weight * positions;
      }
    });
    return {
      relative: totals.right > 0 ? totals.lost / totals.right : undefined,
      wrong: totals.wrong / count,
    };
  };
  const effects = new Map(nodes.map((node) => [formatNode(node), effectOf(node)]));
  executable.dispose();
  return effects;
}
