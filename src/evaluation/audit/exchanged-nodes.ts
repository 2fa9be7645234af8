import { outputAccuracy, type Pairs, targetInput } from "../../interventions/index.ts";
import { jointVariables, loadHighLevel, outsideNodes } from "../../training/index.ts";
import type { NodeSet } from "../constant-ablation.ts";
import type { PairsPart, Reading, WantedRuns } from "../patched-runs.ts";
import { countedPositions, type Subject } from "../subject.ts";
import { damageInputs, damageOf } from "./damage.ts";
import { type AuditEffect, startTally } from "./effect.ts";
import type { OwnOutputs } from "./own-outputs.ts";

/** Something that is read off patched runs. */
export interface Measurement<T> extends Reading {
  result(): T;
  dispose(): void;
}

/** What exchanging sets of nodes does to the outputs, in the order of the sets. */
export function exchangeEffects(
  subject: Subject,
  own: OwnOutputs,
  sets: readonly NodeSet[],
  atol: number,
  isExhaustive: boolean,
): Measurement<readonly AuditEffect[]> {
  const tallies = sets.map(startTally);
  return {
    tensors: (logits) => damageOf(subject, logits, atol),
    inputs: ({ base }) => damageInputs(subject, own, base),
    wanted: sets.flatMap((nodes, i) =>
      nodes.length === 0
        ? []
        : [
            {
              nodes,
              take: ({ lost, shift }, { base, source }) =>
                tallies[i]!.add({ base, source, lost: lost!, shift: shift! }),
            },
          ],
    ),
    result: () => tallies.map((tally) => tally.effect(isExhaustive)),
    dispose: () => {},
  };
}

/** Whether exchanging what implements some variables does what exchanging the variables does. */
export interface VariableAccuracy {
  /** Variables that share their place count together. */
  readonly labels: readonly string[];
  readonly nodes: NodeSet;
  /** Share of the outputs that are the causal model's under the same intervention. */
  readonly accuracy: number;
  /** Runs with outputs that are not. */
  readonly wrong: AuditEffect;
}

/** Accuracies of interchange interventions. */
export interface ExchangeAccuracies {
  readonly variables: readonly VariableAccuracy[];
  /** The mean over all variables; `undefined` where there are none. */
  readonly iia: number | undefined;
  /** The mean over the nodes outside of the circuit; `undefined` where there are none. */
  readonly strictAccuracy: number | undefined;
  /** With all of them exchanged together; `undefined` where there are none. */
  readonly jointStrictAccuracy: number | undefined;
}

const TARGET = "target";

/** Exchanges whose outputs are compared with targets, and what came of them. */
function startPlace(nodes: NodeSet) {
  return { nodes, tally: startTally(), right: 0 };
}

/** The accuracies of `eval iit`, and those of each place of variables. */
export function exchangeAccuracies(
  subject: Subject,
  pairs: Pairs,
  atol: number,
  isExhaustive: boolean,
): Measurement<ExchangeAccuracies> {
  const { model, task, backend, tokens, labels } = subject;
  const { correspondence } = task;
  const target = targetInput(TARGET, task, model.config.dVocabOut);
  const targets = loadHighLevel(task, pairs, backend, tokens, labels);
  const width = countedPositions(subject).length * (task.categorical ? 1 : model.config.dVocabOut);
  const variables = jointVariables(correspondence).map((joint) => ({
    ...startPlace(joint.nodes),
    numbers: joint.variables,
  }));
  const outsiders = outsideNodes(model.config, correspondence);
  const outside = outsiders.map((node) => startPlace([node]));
  const together = outsiders.length === 0 ? [] : [startPlace(outsiders)];
  const wantedAt = (
    place: ReturnType<typeof startPlace>,
    numbers?: readonly number[],
  ): WantedRuns => ({
    nodes: place.nodes,
    ...(numbers && {
      inputs: ({ base, offset }: PairsPart) => ({
        [TARGET]: targets.intervened(
          numbers[0]!,
          base.map((_, i) => offset + i),
        ),
      }),
    }),
    take: ({ right }, { base, source }) => {
      for (const share of right!) place.right += share;
      place.tally.add({
        base,
        source,
        lost: right!.map((share) => Math.round(width * (1 - share))),
      });
    },
  });
  const total = pairs.base.length;
  const mean = (sum: number, count: number) => (count > 0 ? sum / (count * total) : undefined);
  const meanRight = (places: readonly ReturnType<typeof startPlace>[]) =>
    mean(
      places.reduce((sum, { right }) => sum + right, 0),
      places.length,
    );
  return {
    tensors: (logits) => ({ right: outputAccuracy(task, logits, target, atol) }),
    inputs: ({ base }) => ({ [TARGET]: { table: subject.labelTable, rows: base } }),
    wanted: [
      ...variables.map((place) => wantedAt(place, place.numbers)),
      ...[...outside, ...together].map((place) => wantedAt(place)),
    ],
    result: () => ({
      variables: variables.map(({ numbers, nodes, tally, right }) => ({
        labels: numbers.map((variable) => correspondence[variable]!.label),
        nodes,
        accuracy: right / total,
        wrong: tally.effect(isExhaustive),
      })),
      iia: mean(
        variables.reduce((sum, { right, numbers }) => sum + right * numbers.length, 0),
        correspondence.length,
      ),
      strictAccuracy: meanRight(outside),
      jointStrictAccuracy: meanRight(together),
    }),
    dispose: () => targets.dispose(),
  };
}
