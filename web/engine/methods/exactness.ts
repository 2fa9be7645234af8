import { type Exactness, measureExactness } from "../../../src/cases/index.ts";
import type { EngineState } from "../state.ts";

/**
 * How well what a program compiles to does as the program says, on drawn and on structured
 * inputs. `E_CASE` without one.
 */
export async function exactnessOf(state: EngineState, id: string): Promise<Exactness> {
  return measureExactness(state.caseOf(id), await state.backend(), state.highLevel(id));
}
