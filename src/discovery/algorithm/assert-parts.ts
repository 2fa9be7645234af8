import {
  assertCircuit,
  type Circuit,
  fullGraph,
  type GraphShape,
  graphCircuit,
} from "../../circuit/index.ts";
import { describeValue, InterpBenchError } from "../../errors/index.ts";
import type { DiscoveryParts } from "./discovery.ts";

/**
 * Throws where an algorithm has not returned the parts of a discovery: `E_SCORE` without scores or
 * diagnostics, `E_CIRCUIT` for a circuit that is not of the transformer. What types say already, but
 * algorithms of others may be written without.
 */
export function assertParts(algorithm: string, parts: DiscoveryParts, shape: GraphShape): void {
  const given: Partial<DiscoveryParts> | undefined | null = parts;
  const refuse: Refuse = (at, expected, received) => {
    throw new InterpBenchError("E_SCORE", `the algorithm "${algorithm}" returns no discovery`, {
      at,
      expected,
      received: describeValue(received),
    });
  };
  if (typeof given !== "object" || given === null) {
    refuse("discover", "{ scores, circuit, effects, diagnostics }", given);
  }
  const { scores, diagnostics, circuit, findings = [] } = given;
  if (!(scores instanceof Map)) refuse("scores", "a Map from edge or node to number", scores);
  if (typeof diagnostics?.evaluations !== "number") {
    refuse("diagnostics", "{ evaluations, backwardPasses, faithfulness }", diagnostics);
  }
  const whole = graphCircuit(fullGraph(shape));
  for (const found of [circuit, ...findings.map((one) => one.circuit)]) {
    if (found !== undefined) assertPartOf(found, whole, refuse);
  }
}

type Refuse = (at: string, expected: string, received: unknown) => never;

function assertPartOf(circuit: Circuit, whole: Circuit, refuse: Refuse): void {
  const { edges, nodes } = circuit as Partial<Circuit>;
  if (!(edges instanceof Map && nodes instanceof Map)) {
    refuse("circuit", "what circuitOf gives", circuit);
  }
  assertCircuit(circuit, whole);
}
