import { circuitFromTexts, type EdgeTexts } from "../../../src/circuit/index.ts";
import {
  caseDiscoveryTask,
  circuitFaithfulnesses,
  discoveryKey,
} from "../../../src/discovery/index.ts";
import type { EngineState } from "../state.ts";
import { type ModelRef, modelWithCase } from "./models.ts";

export interface FaithfulnessInput {
  readonly model: ModelRef;
  /** Their edges, with q, k and v inputs told apart. */
  readonly circuits: readonly (readonly EdgeTexts[])[];
  readonly seed: number;
  /** Pairs of inputs. */
  readonly size: number;
}

/**
 * The loss of each circuit with all other edges cut, on data of the case: 0 is the whole transformer.
 * `E_TASK` for a model without a case.
 */
export async function measureFaithfulness(
  state: EngineState,
  { model, circuits, seed, size }: FaithfulnessInput,
): Promise<readonly number[]> {
  const { case_, transformer } = modelWithCase(state, model);
  const backend = await state.backend();
  const key = discoveryKey(seed);
  const task = caseDiscoveryTask(case_, transformer, { key, size, backend });
  const given = circuits.map((edges) => circuitFromTexts(edges));
  return circuitFaithfulnesses(task, given, { backend });
}
