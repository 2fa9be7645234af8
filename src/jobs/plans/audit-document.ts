import { circuitTexts } from "../../circuit/index.ts";
import {
  type Audit,
  type AuditDraws,
  type AuditEffect,
  ablationOf,
  EFFECTS,
  type EffectName,
  type EffectsByAblation,
  type ModelHealth,
} from "../../evaluation/index.ts";
import type { RaspValue } from "../../rasp/index.ts";
import type { Interval } from "../../statistics/index.ts";

/** What a change did, in a document: the share of runs in which some right output became wrong. */
export interface EffectDocument {
  readonly share: number;
  readonly broken: number;
  readonly runs: number;
  /** 95 %; the share itself where these are all runs there are. */
  readonly interval: Interval;
  /** The largest move of an output; absent where it was not looked at. */
  readonly largestShift?: number | undefined;
}

/** The effects of something by ablation. */
export type EffectsDocument = { readonly [Effect in EffectName]: EffectDocument };

/** A node or edge, shares by ablation, and where they lie. */
export interface PartRow {
  readonly text: string;
  readonly inTruth: boolean | null;
  readonly resample: number;
  readonly mean: number;
  readonly zero: number;
  readonly interval: { readonly [Effect in EffectName]: Interval };
  /** Largest moves of an output, as far as they were looked at. */
  readonly shift: { readonly [Effect in EffectName]?: number | undefined };
}

/** Something that must not have an effect and has one, with the run that shows it best. */
export interface Violation extends EffectDocument {
  readonly kind: "variable" | "node" | "edge";
  readonly text: string;
  readonly ablation: EffectName;
  readonly example: ExampleDocument | null;
}

/** A run by its inputs, without BOS and PAD. */
export interface ExampleDocument {
  readonly base: readonly RaspValue[];
  readonly source: readonly RaspValue[] | null;
  /** Outputs that became wrong. */
  readonly lost: number;
}

/** Most violations and leaks that are written down with their runs; the others are counted. */
const MOST_SHOWN = 20;

/** An audit as it is stored, but for what it is about. */
export function auditDocument(
  audit: Audit,
  { pairs, edgePairs, inputs, isExhaustive }: AuditDraws,
  inputOf: (row: number) => readonly RaspValue[],
  natural: ModelHealth | undefined,
) {
  const { accuracy, exchanges, nodes, edges, effectiveTruth, health } = audit;
  const { iia, strictAccuracy, jointStrictAccuracy } = exchanges;
  const found = violationsOf(audit, inputOf);
  const [violations, leaks] = (["run", "constant"] as const).map((kind) =>
    found.filter(({ ablation }) => ablationOf(ablation).kind === kind),
  ) as [Violation[], Violation[]];
  return {
    exhaustive: isExhaustive.pairs,
    exhaustiveEdges: isExhaustive.edgePairs,
    exhaustiveInputs: isExhaustive.inputs,
    pairs: pairs.base.length,
    edgePairs: edgePairs.base.length,
    inputs: inputs.rows.length,
    accuracies: { accuracy, iia, strictAccuracy, jointStrictAccuracy },
    variables: exchanges.variables.map(({ labels, nodes: places, accuracy: right, wrong }) => ({
      labels,
      nodes: places.map(({ hook, head }) => ({ hook, head })),
      accuracy: right,
      wrong: effectDocument(wrong),
    })),
    nodes: nodes.map((row) => ({ hook: row.node.hook, head: row.node.head, ...partRow(row) })),
    edges: edges.map(partRow),
    sufficiency: {
      nodes: effectsDocument(audit.sufficiency.nodes),
      edges: effectsDocument(audit.sufficiency.edges),
    },
    necessity: {
      nodes: effectsDocument(audit.necessity.nodes),
      edges: effectsDocument(audit.necessity.edges),
    },
    minimality: audit.minimality.map(({ text, effect }) => ({ text, ...effectDocument(effect) })),
    violations: violations.slice(0, MOST_SHOWN),
    violationCount: violations.length,
    leaks: leaks.slice(0, MOST_SHOWN),
    leakCount: leaks.length,
    effectiveTruth: {
      ...circuitTexts(effectiveTruth.circuit),
      silentNodes: effectiveTruth.silentNodes,
      silentEdges: effectiveTruth.silentEdges,
      lost: effectDocument(effectiveTruth.lost),
    },
    tests: audit.tests,
    health,
    naturalHealth: natural ?? null,
  };
}

/** The document of an audit, but for what it is about. */
export type AuditDocument = ReturnType<typeof auditDocument>;

function effectDocument({
  share,
  broken,
  runs,
  interval,
  largestShift,
}: AuditEffect): EffectDocument {
  return {
    share,
    broken,
    runs,
    interval,
    ...(largestShift === undefined ? {} : { largestShift }),
  };
}

const mapped = <T>(of: (name: EffectName) => T) =>
  Object.fromEntries(EFFECTS.map((name) => [name, of(name)])) as { [Effect in EffectName]: T };

const effectsDocument = (effects: EffectsByAblation): EffectsDocument =>
  mapped((name) => effectDocument(effects[name]));

function partRow(
  row: EffectsByAblation & { readonly text: string; readonly inTruth: boolean | undefined },
): PartRow {
  return {
    text: row.text,
    inTruth: row.inTruth ?? null,
    ...mapped((name) => row[name].share),
    interval: mapped((name) => row[name].interval),
    shift: mapped((name) => row[name].largestShift),
  };
}

/** What must not have an effect and has one, the largest first. */
function violationsOf(
  { exchanges, nodes, edges }: Audit,
  inputOf: (row: number) => readonly RaspValue[],
): Violation[] {
  const violation = (
    kind: Violation["kind"],
    text: string,
    ablation: EffectName,
    effect: AuditEffect,
  ): Violation[] => {
    if (effect.broken === 0) return [];
    const { worst } = effect;
    const example = worst && {
      base: inputOf(worst.base),
      source: worst.source === undefined ? null : inputOf(worst.source),
      lost: worst.lost,
    };
    return [{ kind, text, ablation, ...effectDocument(effect), example: example ?? null }];
  };
  const ofParts = (kind: "node" | "edge", rows: readonly (typeof nodes | typeof edges)[number][]) =>
    rows
      .filter(({ inTruth }) => inTruth === false)
      .flatMap((row) => EFFECTS.flatMap((name) => violation(kind, row.text, name, row[name])));
  return [
    ...exchanges.variables.flatMap(({ labels, wrong }) =>
      violation("variable", labels.join(", "), "resample", wrong),
    ),
    ...ofParts("node", nodes),
    ...ofParts("edge", edges),
  ].sort((a, b) => b.share - a.share);
}

/** The inputs of a dataset, without BOS and PAD. */
export const inputsOf =
  (
    { tokens, positions }: Pick<AuditDraws, "tokens" | "positions">,
    values: readonly RaspValue[],
    skipped: readonly number[],
  ) =>
  (row: number): readonly RaspValue[] =>
    Array.from(tokens.subarray(row * positions, (row + 1) * positions))
      .filter((id) => !skipped.includes(id))
      .map((id) => values[id]!);
