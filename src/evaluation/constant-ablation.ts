import { formatNode } from "../circuit/index.ts";
import { compile, mul, sampleInput, scalar, sum } from "../engine/index.ts";
import {
  assertAblation,
  CAPTURE_BUDGET,
  type ConstantAblation,
  constantsAt,
  hooksOf,
  loadCapture,
  lowLevelNodes,
  type MeanValues,
  type ModelNode,
  meanActivations,
  partSteps,
  partsOf,
  runSteps,
  type Steps,
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
import { measureRightOutputs, type RightOutputs, wrongOutputs } from "./right-outputs.ts";
import { runAt } from "./run-at.ts";
import type { Subject } from "./subject.ts";

/** How much ablating nodes breaks. */
export interface AblationEffect {
  /** Share of the right outputs that become wrong; `undefined` if none is right. */
  readonly relative: number | undefined;
  /** Share of all outputs that are wrong under the ablation. */
  readonly wrong: number;
  /** Inputs with a right output, each as often as it was drawn: what `relative` was seen on. */
  readonly rightInputs: number;
  /** Inputs of which some right output becomes wrong, each as often as it was drawn. */
  readonly brokenInputs: number;
  /** The input of which most do, by its row number, and how many; `undefined` if there is none. */
  readonly worst: { readonly row: number; readonly lost: number } | undefined;
}

/** Nodes that are ablated together; none leaves the model as it is. */
export type NodeSet = readonly ModelNode[];

/** In steps: what stands at the hook points, under the names of its inputs. */
export function* constantInputs(
  subject: Subject,
  inputs: WeightedRows,
  ablation: ConstantAblation,
  hooks: readonly HookName[],
): Steps<Record<string, Float64Array>> {
  const { model, task, runs, runSize } = subject;
  assertAblation({}, ablation);
  const source: MeanValues = {
    transformer: model,
    positions: task.positions,
    means: (...asked) => runSteps(source.meansInSteps(...asked)),
    meansInSteps: (_, places) => meanActivations(runs, inputs, places, runSize),
  };
  const values = yield* constantsAt(ablation, source, hooks);
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

/** Sums over ablated runs, weighted by input, and the worst of them. */
interface Totals {
  lost: number;
  wrong: number;
  broken: number;
  worst: AblationEffect["worst"];
}

/** What tells the programs of node sets apart: the hook points at which they are ablated. */
const programName = (set: NodeSet): string => hooksOf(set).join();

/** The ablated passes as programs, one for each set of hook points; which heads are ablated is chosen per run. */
function loadAblated(subject: Subject, sets: readonly NodeSet[], atol: number) {
  const { model, task, backend, tensors } = subject;
  const { config } = model;
  const byName = new Map(sets.map((set) => [programName(set), hooksOf(set)]));
  const programs = Array.from(byName, ([name, hooks]) => {
    const sources = new Map(
      hooks.map((hook) => [
        hook,
        scalar(sourceName(hook), hookShape(config, hook, task.positions)),
      ]),
    );
    const options = { logitsAt: logitsNeeded(task) };
    const { logits } = patchedForward(config, tensors, task.positions, sources, options);
    const wrong = wrongOutputs(subject, logits, atol);
    const outputs = {
      lost: sum(mul(sampleInput("wasRight", wrong.shape), wrong)),
      wrong: sum(wrong),
      [NON_FINITE]: countNonFinite(logits),
    };
    return [name, backend.load(compile({ outputs }))] as const;
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
  const sets = nodes.map((node) => [node]);
  const effects = yield* jointConstantSteps(subject, inputs, wanted, atol, sets);
  return new Map(
    [...effects].map(([ablation, own]) => [
      ablation,
      new Map(nodes.map((node, i) => [formatNode(node), own[i]!])),
    ]),
  );
}

/** The same for sets of nodes, each ablated together: effects in the order of the sets. */
export function* jointConstantSteps(
  subject: Subject,
  inputs: WeightedRows,
  wanted: readonly ConstantAblation[],
  atol: number,
  sets: readonly NodeSet[],
): Steps<ReadonlyMap<ConstantAblation, readonly AblationEffect[]>> {
  const ablated = sets.filter((set) => set.length > 0);
  const right = measureRightOutputs(subject, inputs, atol);
  try {
    const runs =
      ablated.length === 0
        ? []
        : yield* ablatedSteps(subject, inputs, wanted, atol, { sets: ablated, right });
    const effectOf = (ablation: ConstantAblation, set: NodeSet): AblationEffect => {
      const run = runs.find((one) => one.ablation === ablation && one.set === set);
      return ablationEffect(inputs, right, run?.totals);
    };
    return new Map(
      wanted.map((ablation) => [ablation, sets.map((set) => effectOf(ablation, set))]),
    );
  } finally {
    right.table.dispose();
  }
}

/** What one ablation of one set of nodes has come to. */
interface AblatedRun {
  readonly ablation: ConstantAblation;
  readonly set: NodeSet;
  /** What its runs read. */
  readonly scalars: Readonly<Record<string, number | ArrayLike<number>>>;
  readonly totals: Totals;
}

/** The ablated runs of {@link jointConstantSteps}. */
function* ablatedSteps(
  subject: Subject,
  inputs: WeightedRows,
  wanted: readonly ConstantAblation[],
  atol: number,
  { sets, right }: { readonly sets: readonly NodeSet[]; readonly right: RightOutputs },
): Steps<readonly AblatedRun[]> {
  const { model, labelTable, backend } = subject;
  const { config } = model;
  const hooks = hooksOf(sets.flat());
  const capture = loadCapture({ ...subject.runs, hooks: restartPoints(config, hooks) });
  const programs = loadAblated(subject, sets, atol);
  const runs: AblatedRun[] = [];
  for (const ablation of wanted) {
    const values = yield* partSteps(constantInputs(subject, inputs, ablation, hooks), 0, 0);
    for (const set of sets) {
      const names = hooksOf(set).map((hook) => sourceName(hook));
      const sources = Object.fromEntries(names.map((name) => [name, values[name]!]));
      const scalars = { ...sources, ...patchedValues(config, set) };
      const totals: Totals = { lost: 0, wrong: 0, broken: 0, worst: undefined };
      runs.push({ ablation, set, scalars, totals });
    }
  }
  try {
    const most = Math.min(subject.runSize, CAPTURE_BUDGET / capture.perRow);
    for (const { rows, weights, offset } of partsOf(inputs, most)) {
      const captured = capture.run(rows);
      try {
        const bindings = {
          ...captured.bind(rows, baseName),
          label: { table: labelTable, rows },
          wasRight: { table: right.table, rows: rows.map((_, i) => offset + i) },
        };
        for (const [done, { ablation, set, scalars, totals }] of runs.entries()) {
          const share = (offset + (rows.length * done) / runs.length) / inputs.rows.length;
          yield share;
          const executable = programs.get(programName(set))!;
          const used = usedInputs(executable.program, bindings);
          const options = { batch: rows.length, inputs: used, scalars };
          const values = yield* runAt(backend, share, { executable, options });
          assertFiniteRuns(values[NON_FINITE], set, `replaced by ${ablation.summary}`);
          for (const [i, weight] of weights.entries()) {
            const lost = values.lost[i]!;
            totals.lost += weight * lost;
            totals.wrong += weight * values.wrong[i]!;
            if (lost > 0) totals.broken += weight;
            if (lost > (totals.worst?.lost ?? 0)) totals.worst = { row: rows[i]!, lost };
          }
        }
      } finally {
        captured.dispose();
      }
    }
  } finally {
    for (const part of [capture, ...programs.values()]) part.dispose();
  }
  return runs;
}

/** The effect of an ablation by its sums; of none, if there are no sums. */
function ablationEffect(
  { weights }: WeightedRows,
  { counts, width }: RightOutputs,
  totals: Totals | undefined,
): AblationEffect {
  let [all, right, rightInputs] = [0, 0, 0];
  for (const [i, weight] of weights.entries()) {
    all += weight * width;
    right += weight * counts[i]!;
    if (counts[i]! > 0) rightInputs += weight;
  }
  const none: Totals = { lost: 0, wrong: all - right, broken: 0, worst: undefined };
  const { lost, wrong, broken, worst } = totals ?? none;
  return {
    relative: right > 0 ? lost / right : undefined,
    wrong: wrong / all,
    rightInputs,
    brokenInputs: broken,
    worst,
  };
}
