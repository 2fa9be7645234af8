import { circuitFaithfulnesses } from "../run/faithfulness.ts";
import type { DiscoveryTask } from "../task/task.ts";
import type { Discovery, DiscoveryContext, Finding } from "./algorithm.ts";
import type { EdgeScores } from "./scores.ts";
import type { SelectedCircuit } from "./selection.ts";

/** What an algorithm that scores all edges at once has come to. */
export interface ScoredEdges {
  readonly scores: EdgeScores;
  readonly effects: EdgeScores | undefined;
  readonly evaluations: number;
  readonly backwardPasses: number;
  readonly select: (scores: EdgeScores) => readonly SelectedCircuit[];
}

/** The discovery of an algorithm that scores edges: selects the circuits and measures them. */
export async function concludeDiscovery(
  task: DiscoveryTask,
  { scores, effects, evaluations, backwardPasses, select }: ScoredEdges,
  context: DiscoveryContext,
): Promise<Discovery> {
  const selected = select(scores);
  const findings = await measureFindings(task, selected, context);
  return discoveryOf(findings, { scores, effects, evaluations, backwardPasses });
}

/** Measures the faithfulness of selected circuits. */
export async function measureFindings(
  task: DiscoveryTask,
  selected: readonly SelectedCircuit[],
  context: DiscoveryContext,
): Promise<Finding[]> {
  const circuits = selected.map(({ circuit }) => circuit);
  const distances = await circuitFaithfulnesses(task, circuits, context);
  return selected.map((found, i) => ({ ...found, faithfulness: distances[i]! }));
}

/** What else there is to a discovery than its circuits. */
export interface DiscoveryFacts {
  readonly scores: EdgeScores;
  /** Default: the scores. */
  readonly ranking?: EdgeScores;
  readonly effects: EdgeScores | undefined;
  readonly evaluations: number;
  readonly backwardPasses: number;
}

/** A discovery from its findings; the only one, if it is, is the circuit. */
export function discoveryOf(
  findings: readonly Finding[],
  { scores, ranking = scores, effects, evaluations, backwardPasses }: DiscoveryFacts,
): Discovery {
  const only = findings.length === 1 ? findings[0] : undefined;
  const { faithfulness, closestDecision } = only ?? {};
  return {
    findings,
    circuit: only?.circuit,
    scores,
    ranking,
    effects,
    diagnostics: {
      evaluations,
      backwardPasses,
      faithfulness,
      ...(closestDecision === undefined ? {} : { closestDecision }),
    },
  };
}
