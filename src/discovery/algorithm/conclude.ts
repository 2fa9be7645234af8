import type { Circuit } from "../../circuit/index.ts";
import { circuitFaithfulness } from "../run/faithfulness.ts";
import type { DiscoveryTask } from "../task/task.ts";
import type { Discovery, DiscoveryContext } from "./algorithm.ts";
import type { EdgeScores } from "./scores.ts";

/** What an algorithm that scores all edges at once has come to. */
export interface ScoredEdges {
  readonly scores: EdgeScores;
  readonly effects: EdgeScores | undefined;
  readonly evaluations: number;
  readonly backwardPasses: number;
  readonly select: (scores: EdgeScores) => Circuit | undefined;
}

/** The discovery of an algorithm that scores edges: selects the circuit and measures it, if any. */
export async function concludeDiscovery(
  task: DiscoveryTask,
  { scores, effects, evaluations, backwardPasses, select }: ScoredEdges,
  context: DiscoveryContext,
): Promise<Discovery> {
  const circuit = select(scores);
  const faithfulness =
    circuit === undefined ? undefined : await circuitFaithfulness(task, circuit, context);
  return {
    circuit,
    scores,
    effects,
    diagnostics: { evaluations, backwardPasses, faithfulness },
  };
}
