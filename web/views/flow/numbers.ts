import type { LineChart } from "../../../src/report/index.ts";
import type { CaseFacts } from "../../engine/methods/cases.ts";
import type { MatrixProps } from "../matrix.ts";
import { shortNumber } from "../outputs.ts";
import type { ModelKind } from "../variables.ts";
import type { Flow, NodeWrites } from "./writes.ts";

/** What can be said of what a node writes at a position. */
export const MEASURES = {
  norm: "length of what it writes",
  direction: "the direction it writes to most",
  output: "what it adds to the output by itself",
} as const;
export type Measure = keyof typeof MEASURES;

function measured(node: NodeWrites, position: number, measure: Measure): number {
  if (measure === "norm") return node.norms[position]!;
  return measure === "output" ? node.added[position]! : node.strongest[position]!.value;
}

/** Whose directions and variables have names. */
export interface FlowNames {
  readonly facts: CaseFacts;
  readonly kind: ModelKind;
  /** The variables in each box. */
  readonly notes: ReadonlyMap<string, string>;
}

/** What nodes write by position, up to a step, each with the values of the variables that it holds. */
export function writesMatrix(
  flow: Flow,
  nodes: readonly NodeWrites[],
  step: number,
  measure: Measure,
  names: FlowNames,
): MatrixProps {
  const rows = nodes.flatMap((node) => [
    { node, program: undefined },
    ...variablesIn(flow, node, names).map((program) => ({ node, program })),
  ]);
  const largest = Math.max(
    1e-9,
    ...nodes.flatMap((node) =>
      node.norms.map((_, position) => Math.abs(measured(node, position, measure))),
    ),
  );
  const isLater = (row: number) => rows[row]!.node.step > step;
  return {
    title: `${MEASURES[measure]}, by node and position`,
    rows: rows.map(({ node, program }) =>
      program === undefined ? node.box : `${program.label} is`,
    ),
    columns: ["BOS", ...flow.input.map(({ text }) => text)],
    axes: ["node", "position"],
    value: (row, column) =>
      isLater(row) || rows[row]!.program !== undefined
        ? 0
        : measured(rows[row]!.node, column, measure) / largest,
    text: (row, column) => {
      if (isLater(row)) return "·";
      const { node, program } = rows[row]!;
      if (program !== undefined) return column === 0 ? "" : (program.values[column - 1] ?? "");
      return textOf(node, column, measure, names);
    },
    marked: new Set(rows.flatMap(({ node }, i) => (node.step === step ? [i] : []))),
  };
}

function textOf(
  node: NodeWrites,
  position: number,
  measure: Measure,
  { facts, kind }: FlowNames,
): string {
  const text = shortNumber(measured(node, position, measure));
  if (measure !== "direction" || node.norms[position]! < 1e-6) return text;
  const { direction } = node.strongest[position]!;
  const label = kind === "compiled" ? facts.residualLabels[direction]! : `d${direction}`;
  return `${label} ${text}`;
}

/** The variables of the program that a node holds, with their values on the input. */
const variablesIn = ({ variables }: Flow, { box }: NodeWrites, { notes }: FlowNames) =>
  (notes.get(box)?.split(", ") ?? []).flatMap((label) => {
    const values = variables.get(label);
    return values === undefined ? [] : [{ label, values }];
  });

/** What nodes write as a figure: a line for each over the positions, BOS being 0. */
export function writesChart(nodes: readonly NodeWrites[], measure: Measure): LineChart {
  const lines = nodes.map((node) =>
    node.norms.map((_, position) => ({ x: position, y: measured(node, position, measure) })),
  );
  const values = lines.flat().map(({ y }) => y);
  return {
    title: `${MEASURES[measure][0]!.toUpperCase()}${MEASURES[measure].slice(1)}`,
    x: { title: "position", domain: [0, Math.max(1, lines[0]!.length - 1)] },
    y: { title: "", domain: [Math.min(0, ...values), Math.max(1e-9, ...values)] },
    series: lines.map((points, i) => ({ name: nodes[i]!.box, points })),
  };
}
