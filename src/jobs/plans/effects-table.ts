import {
  ablationOf,
  EFFECTS,
  type EffectName,
  type NodeEffect,
  type NodeEffects,
} from "../../evaluation/index.ts";
import { type Column, drawBarsSvg } from "../../report/index.ts";
import { type Interval, shareInterval } from "../../statistics/index.ts";

/** A line of the table of effects, as the original names its columns. */
export interface EffectRow {
  readonly node: string;
  readonly hook: string;
  readonly head: number | null;
  readonly status: string;
  readonly resampleAblateEffect?: number | undefined;
  readonly meanAblateEffect?: number | undefined;
  readonly zeroAblateEffect?: number | undefined;
  /** Where the effects lie, 95 %; those that are no shares have none. */
  readonly intervals: { readonly [Effect in EffectName]?: Interval | undefined };
}

/** The line of a node; `isExhaustive` says that the task has all inputs there are. */
export function effectRow(
  effect: NodeEffect,
  effects: NodeEffects,
  isExhaustive: boolean,
): EffectRow {
  return { ...plainRow(effect), intervals: intervalsOf(effect, effects, isExhaustive) };
}

function intervalsOf(
  effect: NodeEffect,
  { seen, freshPairs, isComplete, metric }: NodeEffects,
  isExhaustive: boolean,
): EffectRow["intervals"] {
  const intervalOf = (name: EffectName): Interval | undefined => {
    const value = effect[name];
    const isPaired = ablationOf(name).kind === "run";
    const isShare = !isPaired || metric === "accuracy";
    if (value === undefined || !isShare) return undefined;
    const isExact = isExhaustive && isComplete[isPaired ? "pairs" : "inputs"];
    if (isExact) return { low: value, high: value };
    return shareInterval(value, isPaired && !isExhaustive ? freshPairs : (seen[name] ?? 0));
  };
  const measured = EFFECTS.filter((name) => name in effect);
  return Object.fromEntries(measured.map((name) => [name, intervalOf(name)]));
}

function plainRow({ node, text, status, ...effects }: NodeEffect): Omit<EffectRow, "intervals"> {
  return {
    node: text,
    hook: node.hook,
    head: node.head,
    status,
    ...("resample" in effects ? { resampleAblateEffect: effects.resample } : {}),
    ...("mean" in effects ? { meanAblateEffect: effects.mean } : {}),
    ...("zero" in effects ? { zeroAblateEffect: effects.zero } : {}),
  };
}

/** A column; those of an ablation are there if it was measured. */
export type EffectColumn = Column<EffectRow> & { readonly ablation?: EffectName };

const COLUMNS: readonly EffectColumn[] = [
  { heading: "node", value: ({ node }) => node },
  { heading: "status", value: ({ status }) => status },
  {
    heading: "resample_ablate_effect",
    value: (row) => row.resampleAblateEffect,
    ablation: "resample",
  },
  { heading: "mean_ablate_effect", value: (row) => row.meanAblateEffect, ablation: "mean" },
  { heading: "zero_ablate_effect", value: (row) => row.zeroAblateEffect, ablation: "zero" },
];

/** The columns of a table with these ablations. */
export function effectColumns(measured: readonly EffectName[]): readonly EffectColumn[] {
  return COLUMNS.filter(({ ablation }) => ablation === undefined || measured.includes(ablation));
}

/** The effects of all nodes as a picture. */
export function drawEffects(
  rows: readonly EffectRow[],
  measured: readonly EffectName[],
  title: string,
): string {
  return drawBarsSvg({
    title,
    axis: "effect",
    series: measured,
    groups: rows.map((row) => ({
      label: `${row.node}${row.status === "in_circuit" ? " (in circuit)" : ""}`,
      bars: measured.map((name) => ({
        value: row[`${name}AblateEffect`],
        interval: row.intervals[name],
      })),
    })),
  });
}
