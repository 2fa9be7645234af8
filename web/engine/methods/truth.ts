import { groundTruthCircuit, lowLevelConfig } from "../../../src/cases/index.ts";
import { type CircuitTexts, circuitTexts, type GraphShape } from "../../../src/circuit/index.ts";
import type { EngineState } from "../state.ts";

/** The circuit of trained models of a case, in their shape. */
export interface TruthFacts {
  readonly shape: GraphShape;
  readonly circuit: CircuitTexts;
}

/** The truth of a case, whose program is compiled for it. */
export function truthOf(state: EngineState, id: string): TruthFacts {
  const case_ = state.caseOf(id);
  const compiled = state.compiled(id);
  const { nLayers, nHeads } = lowLevelConfig(case_, {}, compiled);
  return {
    shape: { nLayers, nHeads },
    circuit: circuitTexts(groundTruthCircuit(case_, {}, compiled)),
  };
}
