import { formatNode } from "../circuit/index.ts";
import {
  type Buffer,
  compile,
  mul,
  sampleInput,
  scalar,
  sub,
  sum,
  type Tensor,
} from "../engine/index.ts";
import {
  assertAblation,
  CAPTURE_BUDGET,
  type ConstantAblation,
  constantsAt,
  hooksOf,
  isBroken,
  loadCapture,
  loadReadings,
  lowLevelNodes,
  type MeanValues,
  type ModelNode,
  meanActivations,
  partsOf,
  runSteps,
  type Steps,
  targetInput,
  type WeightedRows,
} from "../interventions/index.ts";
import {
  baseName,
  countNonFinite,
  type HookName,
  hookShape,
  logitsNeeded,
  patchedForward,
  patchedValues,
  restartPoints,
  sourceName,
  usedInputs,
} from "../transformer/index.ts";
import { assertFiniteRuns, NON_FINITE } from "./patched-runs.ts";
import { counted, countedPositions, type Subject } from "./subject.ts";

/** How much ablating a node breaks. */
export interface AblationEffect {
  /** Share of the right outputs that become wrong; `undefined` if none is right. */
  readonly relative: number | undefined;
  /** Share of all outputs that are wrong under the ablation. */
  readonly wrong: number;
}

/** 1 where logits `[pos, output]` are wrong, against the sample input `label`. */
function wrongOutputs(subject: Subject, logits: Tensor, atol: number): Tensor {
  const { model, task } = subject;
  const label = targetInput("label", task, model.config.dVocabOut);
  return isBroken(task, counted(subject, logits), counted(subject, label), atol);
}

/** Which outputs of the model itself are right, `[i, counted pos, …]`, in the order of the inputs. */
function rightOutputs(subject: Subject, inputs: WeightedRows, atol: number): Buffer {
  const { model, task, backend, labelTable } = subject;
  const own = loadReadings({
    ...subject.runs,
    logitsAt: logitsNeeded(task),
    read: ({ logits }) => ({ right: sub(1, wrongOutputs(subject, logits, atol)) }),
  });
  const outputs = task.categorical ? 1 : model.config.dVocabOut;
  const width = countedPositions(subject).length * outputs;
  const table = backend.buffer(inputs.rows.length * width);
  for (const { rows, offset } of partsOf(inputs, subject.runSize)) {
    table.write(own.run(rows, { label: { table: labelTable, rows } }).right, offset * width);
  }
  own.dispose();
  return table;
}

/** What stands at the hook points, as scalars of a run. */
function constants(
  subject: Subject,
  inputs: WeightedRows,
  ablation: ConstantAblation,
  hooks: readonly HookName[],
): Record<string, Float64Array> {
  const { model, task, runs, runSize } = subject;
  assertAblation({}, ablation);
  const source: MeanValues = {
    transformer: model,
    positions: task.positions,
    means: (_, places) => meanActivations(runs, inputs, places, runSize),
  };
  const values = constantsAt(ablation, source, hooks);
  return Object.fromEntries([...values].map(([hook, value]) => [sourceName(hook), value]));
}

/**
 * Effects of replacing each node by a constant, by node text: weighted over inputs and counting
 * positions, against the high-level model's outputs. Throws `E_TASK` for an ablation that needs more
 * than the inputs.
 */
export function constantEffects(
  subject: Subject,
  inputs: WeightedRows,
  ablation: ConstantAblation,
  atol: number,
  nodes?: readonly ModelNode[],
): ReadonlyMap<string, AblationEffect> {
  return runSteps(constantSteps(subject, inputs, [ablation], atol, nodes)).get(ablation)!;
}

/** Sums over ablated runs, weighted by input. */
interface Totals {
  right: number;
  lost: number;
  wrong: number;
}

/** The ablated passes as programs, one for each hook point; which head is ablated is chosen per run. */
function loadAblated(subject: Subject, hooks: readonly HookName[], atol: number) {
  const { model, task, backend, tensors } = subject;
  const { config } = model;
  const programs = hooks.map((hook) => {
    const source = scalar(sourceName(hook), hookShape(config, hook, task.positions));
    const sources = new Map([[hook, source]]);
    const options = { logitsAt: logitsNeeded(task) };
    const { logits } = patchedForward(config, tensors, task.positions, sources, options);
    const wrong = wrongOutputs(subject, logits, atol);
    const wasRight = sampleInput("wasRight", wrong.shape);
    const outputs = {
      right: sum(wasRight),
      lost: sum(mul(wasRight, wrong)),
      wrong: sum(wrong),
      [NON_FINITE]: countNonFinite(logits),
    };
    return [hook, backend.load(compile({ outputs }))] as const;
  });
  return new Map(programs);
}

/**
 * {@link constantEffects} of several ablations in steps, one for each of them, node and part of the
 * inputs. All take the same captured runs.
 */
export function* constantSteps(
  subject: Subject,
  inputs: WeightedRows,
  wanted: readonly ConstantAblation[],
  atol: number,
  nodes: readonly ModelNode[] = lowLevelNodes(subject.model.config),
): Steps<ReadonlyMap<ConstantAblation, ReadonlyMap<string, AblationEffect>>> {
  const { model, labelTable } = subject;
  const { config } = model;
  const hooks = hooksOf(nodes);
  const capture = loadCapture({ ...subject.runs, hooks: restartPoints(config, hooks) });
  const programs = loadAblated(subject, hooks, atol);
  const rightTable = rightOutputs(subject, inputs, atol);
  const ablations = wanted.flatMap((ablation) => {
    const sources = constants(subject, inputs, ablation, hooks);
    return nodes.map((node) => {
      const source = sourceName(node.hook);
      const scalars = { [source]: sources[source]!, ...patchedValues(config, [node]) };
      const totals: Totals = { right: 0, lost: 0, wrong: 0 };
      return { ablation, node, scalars, totals };
    });
  });
  try {
    const most = Math.min(subject.runSize, CAPTURE_BUDGET / capture.perRow);
    for (const { rows, weights, offset } of partsOf(inputs, most)) {
      const runs = capture.run(rows);
      try {
        const bindings = {
          ...runs.bind(rows, baseName),
          label: { table: labelTable, rows },
          wasRight: { table: rightTable, rows: rows.map((_, i) => offset + i) },
        };
        for (const [done, { ablation, node, scalars, totals }] of ablations.entries()) {
          yield (offset + (rows.length * done) / ablations.length) / inputs.rows.length;
          const executable = programs.get(node.hook)!;
          const used = usedInputs(executable.program, bindings);
          const values = executable.run({ batch: rows.length, inputs: used, scalars });
          assertFiniteRuns(values[NON_FINITE], [node], `replaced by ${ablation.summary}`);
          for (const [i, weight] of weights.entries()) {
            totals.right += weight * values.right[i]!;
            totals.lost += weight * values.lost[i]!;
            totals.wrong += weight * values.wrong[i]!;
          }
        }
      } finally {
        runs.dispose();
      }
    }
  } finally {
    for (const part of [capture, rightTable, ...programs.values()]) part.dispose();
  }
  const perInput = rightTable.length / inputs.rows.length;
  const all = perInput * inputs.weights.reduce((a, b) => a + b, 0);
  const effectsOf = (one: ConstantAblation) =>
    ablations
      .filter(({ ablation }) => ablation === one)
      .map(({ node, totals: { right, lost, wrong } }) => {
        const relative = right > 0 ? lost / right : undefined;
        return [formatNode(node), { relative, wrong: wrong / all }] as const;
      });
  return new Map(wanted.map((one) => [one, new Map(effectsOf(one))]));
}
