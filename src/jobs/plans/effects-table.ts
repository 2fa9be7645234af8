import type { EffectName, NodeEffects } from "../../evaluation/index.ts";
import type { Column } from "../../report/index.ts";

/** A line of the table of effects, as the original names its columns. */
export interface EffectRow {
  readonly node: string;
  readonly hook: string;
  readonly head: number | null;
  readonly status: string;
  readonly resampleAblateEffect?: number | undefined;
  readonly meanAblateEffect?: number | undefined;
  readonly zeroAblateEffect?: number | undefined;
}

/** The line of a node. */
export function effectRow({
  node,
  text,
  status,
  ...effects
}: NodeEffects["rows"][number]): EffectRow {
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
