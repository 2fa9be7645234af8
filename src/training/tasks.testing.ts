import { getCase, groundTruthCircuit } from "../cases/index.ts";
import { type CompiledTask, loadGolden } from "./golden.testing.ts";

/** Case 3 with all its 256 inputs: `frac_prevs` of the token "x" over four tokens. */
export function caseThree(): CompiledTask {
  const { task } = loadGolden(3);
  const ids = [2, 3, 4, 5];
  const rows = ids.flatMap((a) =>
    ids.flatMap((b) => ids.flatMap((c) => ids.map((d) => [0, a, b, c, d]))),
  );
  return {
    ...task,
    truth: groundTruthCircuit(getCase("3")),
    tokens: Int32Array.from(rows.flat()),
    multiplicity: rows.map(() => 1),
  };
}
