import { fullGraph } from "../../../src/circuit/index.ts";
import { acdcSweep, caseDiscoveryTask, discoveryKey } from "../../../src/discovery/index.ts";
import type { WorkProgress } from "../methods.ts";
import type { CallContext } from "../serve.ts";
import type { EngineState } from "../state.ts";
import { type ModelRef, modelWithCase } from "./models.ts";

export interface AcdcStepsInput {
  readonly model: ModelRef;
  readonly threshold: number;
  readonly seed: number;
  /** Pairs of inputs. */
  readonly size: number;
}

/** One visit of ACDC to an edge. */
export interface AcdcStep {
  /** With q, k and v inputs told apart. */
  readonly edge: string;
  /** By how much the loss rises without it, besides all that were removed before. */
  readonly change: number;
  readonly isRemoved: boolean;
}

/** ACDC with one threshold, decision by decision. */
export interface AcdcSteps {
  readonly threshold: number;
  /** In the order in which edges are visited: from the output backwards. */
  readonly steps: readonly AcdcStep[];
  /** The loss of the circuit that is left; 0 is the whole transformer. */
  readonly faithfulness: number;
  readonly evaluations: number;
}

/** Every decision of ACDC on the data of a case. `E_TASK` for a model without a case. */
export async function acdcSteps(
  state: EngineState,
  { model, threshold, seed, size }: AcdcStepsInput,
  { onProgress, signal }: CallContext<WorkProgress>,
): Promise<AcdcSteps> {
  const { case_, transformer } = modelWithCase(state, model);
  const backend = await state.backend();
  const key = discoveryKey(seed);
  const task = caseDiscoveryTask(case_, transformer, { key, size, backend });
  const sweep = await acdcSweep(task, [threshold], { backend, onProgress, signal });
  const { circuit, changes, faithfulness } = sweep.outcomes[0]!;
  const { edges } = fullGraph(transformer.config);
  return {
    threshold,
    steps: sweep.order.map((index) => {
      const { text } = edges[index]!;
      return { edge: text, change: changes.get(text)!, isRemoved: !circuit.edges.has(text) };
    }),
    faithfulness,
    evaluations: sweep.evaluations,
  };
}
