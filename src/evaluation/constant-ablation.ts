import { formatNode } from "../circuit/index.ts";
import {
  type Buffer,
  compile,
  mul,
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
  type Switch,
  sourceName,
  switchInputs,
  switchValues,
} from "../transformer/index.ts";
import { forEachPart, type WeightedRows } from "./inputs.ts";
import { meanActivations } from "./mean-activations.ts";
import { isBroken } from "./metric.ts";
import { runSteps, type Steps } from "./steps.ts";
import { counted, type Subject } from "./subject.ts";

/** What a node is replaced by: its mean over the inputs at each position, or 0. */
export type ConstantAblation = "mean" | "zero";

/** How much ablating a node breaks. */
export interface AblationEffect {
  /** Share of the right outputs that become wrong; `undefined` if none is right. */
  readonly relative: number | undefined;
  /** Share of all outputs that are wrong under the ablation. */
  readonly wrong: number;
}

/** 1 where the outputs of a run, patched by switches or not, are wrong; and the run's inputs. */
function wrongOutputs(
  subject: Subject,
  atol: number,
  switches: ReadonlyMap<HookName, Switch> = new Map(),
): Tensor {
  const { model, task, tensors } = subject;
  const base = sampleInput("base", [task.positions]);
  const label = targetInput("label", task, model.config.dVocabOut);
  const options = { switches, logitsAt: logitsNeeded(task) };
  const { logits } = forward(model.config, tensors, base, options);
  return isBroken(task.categorical, counted(subject, logits), counted(subject, label), atol);
}

/** Which outputs of the model itself are right, `[i, counted pos, …]`, in the order of the inputs. */
function rightOutputs(subject: Subject, inputs: WeightedRows, atol: number): Buffer {
  const { backend, tokens, labelTable } = subject;
  const right = sub(1, wrongOutputs(subject, atol));
  const executable = backend.load(compile({ outputs: { right } }));
  const width = sizeOf(right.shape);
  const table = backend.buffer(inputs.rows.length * width);
  forEachPart(inputs, ({ rows }, offset) => {
    const bindings = { base: { table: tokens, rows }, label: { table: labelTable, rows } };
    table.write(executable.run({ batch: rows.length, inputs: bindings }).right, offset * width);
  });
  executable.dispose();
  return table;
}

/** What stands at the hook points, as scalars of a run. */
function constants(
  subject: Subject,
  inputs: WeightedRows,
  kind: ConstantAblation,
  hooks: readonly HookName[],
): Record<string, Float64Array> {
  const { model, task } = subject;
  if (kind === "mean") {
    const means = meanActivations(subject, inputs, hooks);
    return Object.fromEntries([...means].map(([hook, mean]) => [sourceName(hook), mean]));
  }
  const sizeAt = (hook: HookName) => sizeOf(hookShape(model.config, hook, task.positions));
  return Object.fromEntries(hooks.map((h) => [sourceName(h), new Float64Array(sizeAt(h))]));
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
  nodes?: readonly ModelNode[],
): ReadonlyMap<string, AblationEffect> {
  return runSteps(constantSteps(subject, inputs, kind, atol, nodes));
}

/** {@link constantEffects} in steps, one for each node. */
export function* constantSteps(
  subject: Subject,
  inputs: WeightedRows,
  kind: ConstantAblation,
  atol: number,
  nodes: readonly ModelNode[] = lowLevelNodes(subject.model.config),
): Steps<ReadonlyMap<string, AblationEffect>> {
  const { model, task, backend, tokens, labelTable } = subject;
  const { config } = model;
  const hooks = hooksOf(nodes);
  const switches = new Map(
    [...switchInputs(config, task.positions, hooks)].map(([hook, { on }]) => {
      const source = scalar(sourceName(hook), hookShape(config, hook, task.positions));
      return [hook, { on, source }];
    }),
  );
  const wrong = wrongOutputs(subject, atol, switches);
  const wasRight = sampleInput("wasRight", wrong.shape);
  const outputs = { right: sum(wasRight), lost: sum(mul(wasRight, wrong)), wrong: sum(wrong) };
  const executable = backend.load(compile({ outputs }));
  const rightTable = rightOutputs(subject, inputs, atol);
  const sources = constants(subject, inputs, kind, hooks);
  const outputsPerInput = sizeOf(wrong.shape);
  const effectOf = (node: ModelNode): AblationEffect => {
    const totals = { right: 0, lost: 0, wrong: 0, all: 0 };
    forEachPart(inputs, ({ rows, weights }, offset) => {
      const values = executable.run({
        batch: rows.length,
        inputs: {
          base: { table: tokens, rows },
          label: { table: labelTable, rows },
          wasRight: { table: rightTable, rows: rows.map((_, i) => offset + i) },
        },
        scalars: { ...sources, ...switchValues(config, [node], hooks) },
      });
      for (const [i, weight] of weights.entries()) {
        totals.right += weight * values.right[i]!;
        totals.lost += weight * values.lost[i]!;
        totals.wrong += weight * values.wrong[i]!;
        totals.all += weight * outputsPerInput;
      }
    });
    return {
      relative: totals.right > 0 ? totals.lost / totals.right : undefined,
      wrong: totals.wrong / totals.all,
    };
  };
  const effects = new Map<string, AblationEffect>();
  try {
    for (const [done, node] of nodes.entries()) {
      yield done / nodes.length;
      effects.set(formatNode(node), effectOf(node));
    }
  } finally {
    executable.dispose();
    rightTable.dispose();
  }
  return effects;
}
