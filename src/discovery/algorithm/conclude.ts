import type { ScoreMap } from "../../circuit/index.ts";
import type { FrozenInputs } from "../../interventions/index.ts";
import { circuitFaithfulnesses, type FaithfulnessOptions } from "../run/faithfulness.ts";
import type { DiscoveryTask } from "../task/task.ts";
import type { AblationChoice } from "./ablation-option.ts";
import type { DiscoveryContext } from "./context.ts";
import type { DiscoveryParts, Finding } from "./discovery.ts";
import type { SelectedCircuit } from "./selected-circuit.ts";

/** What an algorithm has come to, but for its circuits. */
export interface Scored {
  /** Of all edges, or all nodes. */
  readonly scores: ScoreMap;
  readonly effects: ScoreMap | undefined;
  readonly evaluations: number;
  readonly backwardPasses: number;
}

/** What an algorithm that scores everything at once has come to. */
export interface Selectable extends Scored {
  readonly select: (
    scores: ScoreMap,
    effects: ScoreMap | undefined,
  ) => readonly SelectedCircuit[] | Promise<readonly SelectedCircuit[]>;
  /** What cut edges carry. Default `resample`. */
  readonly ablation?: AblationChoice;
  /** The task's inputs, where scores were read off runs on them. */
  readonly frozen?: FrozenInputs;
}

/** What an algorithm that scores edges, or nodes, returns: selects the circuits and measures them. */
export async function concludeDiscovery(
  task: DiscoveryTask,
  { select, ablation, frozen, ...scored }: Selectable,
  context: DiscoveryContext,
): Promise<DiscoveryParts> {
  const selected = await select(scored.scores, scored.effects);
  const found = await measureFindings(task, selected, context, { ablation, frozen });
  return discoveryParts(found, scored);
}

/** Measures the faithfulness of selected circuits. */
export async function measureFindings(
  task: DiscoveryTask,
  selected: readonly SelectedCircuit[],
  context: DiscoveryContext,
  options: FaithfulnessOptions,
): Promise<Finding[]> {
  const circuits = selected.map(({ circuit }) => circuit);
  const distances = await circuitFaithfulnesses(task, circuits, context, options);
  return selected.map((found, i) => ({ ...found, faithfulness: distances[i]! }));
}

/** What an algorithm returns, from its findings; the only one, if it is, is the circuit. */
export function discoveryParts(
  findings: readonly Finding[],
  { scores, effects, evaluations, backwardPasses }: Scored,
): DiscoveryParts {
  const only = findings.length === 1 ? findings[0] : undefined;
  const { faithfulness, closestDecision } = only ?? {};
  return {
    findings,
    circuit: only?.circuit,
    scores,
    effects,
    diagnostics: {
      evaluations,
      backwardPasses,
      faithfulness,
      ...(closestDecision === undefined ? {} : { closestDecision }),
    },
  };
}
