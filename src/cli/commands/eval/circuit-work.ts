import { UsageError, waitAsUsage } from "../../../flags/index.ts";
import { circuitDiscovery } from "../../../jobs/index.ts";
import type { CircuitChoice } from "../../options/realism.ts";
import { readCircuit } from "../../read-circuit.ts";
import type { RealismWork } from "./realism.ts";

/** How the circuit is had: from a file, or by running an algorithm. */
export async function circuitWork(
  choice: Partial<CircuitChoice> &
    Pick<CircuitChoice, "algorithm" | "dataSize"> & { readonly seed: number },
  cwd: string,
): Promise<RealismWork> {
  const kind = "eval-node-realism";
  const { circuit, threshold, lambdaReg, edgeCount, dataSize, seed } = choice;
  if (circuit !== undefined) {
    const given = Object.entries({ threshold, lambdaReg, edgeCount }).find(
      ([, x]) => x !== undefined,
    );
    if (given !== undefined) {
      throw new UsageError("E_FLAG", "a circuit of one's own is not found with an option", {
        expected: `--circuit, or ${given[0]}`,
        received: "both",
      });
    }
    return { kind, config: { circuit: readCircuit(circuit, cwd) } };
  }
  const { name, params } = await waitAsUsage(() =>
    circuitDiscovery(choice.algorithm, { threshold, lambdaReg, edgeCount }),
  );
  return {
    kind,
    discovery: (about) => ({ ...about, kind: `run-${name}`, config: { params, dataSize, seed } }),
  };
}
