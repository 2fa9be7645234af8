import { generateData, inputTokens } from "../../../src/cases/index.ts";
import type { RaspValue } from "../../../src/rasp/index.ts";
import { Key } from "../../../src/rng/index.ts";
import type { EngineState } from "../state.ts";

export interface DrawInput {
  readonly case: string;
  readonly seed: number;
  readonly count: number;
}

/** Inputs of a case, BOS excluded: the same for a seed; fewer only where there are no more. */
export function drawInputs(
  state: EngineState,
  { case: id, seed, count }: DrawInput,
): RaspValue[][] {
  const { inputs } = generateData(state.caseOf(id), { key: Key.fromSeed(seed), size: count });
  return inputs.slice(0, count).map(inputTokens);
}
