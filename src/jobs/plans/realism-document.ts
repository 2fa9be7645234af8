import {
  type Circuit,
  componentsOf,
  headCircuit,
  type PartScores,
  scoreFound,
} from "../../circuit/index.ts";
import type { MeasuredRealism } from "../../evaluation/index.ts";
import { type Column, drawBarsSvg } from "../../report/index.ts";
import type { Key } from "../../rng/index.ts";
import type { TransformerConfig } from "../../transformer/index.ts";

/** A circuit whose realism is measured, by its heads and MLPs. */
export interface NamedNodes {
  readonly name: string;
  readonly nodes: ReadonlySet<string>;
}

/** A circuit that somebody found, or says is there. */
export interface Hypothesis {
  readonly name: string;
  /** At head granularity. */
  readonly circuit: Circuit;
}

/**
 * What is measured for hypotheses: their own nodes, and what a number is never read without: the truth,
 * random nodes of equal number, all and none.
 */
export function measuredCircuits(
  hypotheses: readonly Hypothesis[],
  truth: Circuit | undefined,
  config: TransformerConfig,
  key: Key,
): NamedNodes[] {
  const all = componentsOf(headCircuit(config));
  const own = hypotheses.map(({ name, circuit }) => ({ name, nodes: componentsOf(circuit) }));
  const isTruth = truth !== undefined && hypotheses.some(({ circuit }) => circuit === truth);
  const sizes = [...new Set(own.map(({ nodes }) => nodes.length))];
  const measured = [
    ...own,
    ...(truth === undefined || isTruth ? [] : [{ name: "truth", nodes: componentsOf(truth) }]),
    ...sizes.map((size) => ({
      name: `random, ${size} nodes`,
      nodes: key.fold("random nodes").fold(size).sample(all, size),
    })),
    { name: "full", nodes: all },
    { name: "empty", nodes: [] },
  ];
  return measured.map(({ name, nodes }) => ({ name, nodes: new Set(nodes) }));
}

/** A line of the table of realism. */
export interface RealismRow {
  readonly circuit: string;
  /** Heads and MLPs in it, and outside. */
  readonly nodes: number;
  readonly ablated: number;
  readonly ablation: string;
  readonly score: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly accuracy: number;
}

/** The lines of what was measured of circuits. */
export function realismRows(
  circuits: readonly NamedNodes[],
  { circuits: measured }: MeasuredRealism,
): RealismRow[] {
  return circuits.flatMap(({ name, nodes }, i) =>
    measured[i]!.map(({ ablation, ablated, score, interval, accuracy }) => ({
      circuit: name,
      nodes: nodes.size,
      ablated,
      ablation,
      score,
      low: interval?.low,
      high: interval?.high,
      accuracy,
    })),
  );
}

/** The columns of the table of realism. */
export const realismColumns: readonly Column<RealismRow>[] = [
  { heading: "circuit", value: ({ circuit }) => circuit },
  { heading: "nodes", value: ({ nodes }) => nodes },
  { heading: "ablated", value: ({ ablated }) => ablated },
  { heading: "ablation", value: ({ ablation }) => ablation },
  { heading: "score", value: ({ score }) => score },
  { heading: "low", value: ({ low }) => low },
  { heading: "high", value: ({ high }) => high },
  { heading: "accuracy", value: ({ accuracy }) => accuracy },
];

/** The score of every circuit under every ablation as a picture. */
export function drawRealism(rows: readonly RealismRow[], title: string): string {
  const series = [...new Set(rows.map(({ ablation }) => ablation))];
  const names = [...new Set(rows.map(({ circuit }) => circuit))];
  return drawBarsSvg({
    title,
    axis: "right outputs that stay right without all other nodes",
    series,
    groups: names.map((name) => ({
      label: name,
      bars: series.map((ablation) => {
        const row = rows.find((one) => one.circuit === name && one.ablation === ablation);
        const { low, high } = row ?? {};
        const interval = low === undefined || high === undefined ? undefined : { low, high };
        return { value: row?.score, interval };
      }),
    })),
  });
}

/** How hypotheses compare with the truth, if that is known. */
export function hypothesisScores(
  hypotheses: readonly Hypothesis[],
  truth: Circuit | undefined,
  config: TransformerConfig,
): readonly ({ readonly circuit: string } & PartScores)[] | undefined {
  if (truth === undefined) return undefined;
  return hypotheses.map(({ name, circuit }) => ({
    circuit: name,
    ...scoreFound(circuit, truth, config),
  }));
}
