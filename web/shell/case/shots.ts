import { circuitFromTexts } from "../../../src/circuit/index.ts";
import { drawCircuitSvg } from "../../../src/report/index.ts";
import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { Snapshot } from "../../views/contract.ts";
import type { CaseRuns } from "./runs.ts";

/** A program on an input, to be taken elsewhere. */
export function stepsShot(
  { id }: CaseFacts,
  input: readonly TokenFacts[],
  runs?: CaseRuns,
): Snapshot {
  const values = JSON.stringify(input.map(({ value }) => value));
  const says = { compiled: runs?.compiled?.outputs, trained: runs?.trained?.outputs };
  return {
    data: { case: id, input: input.map(({ value }) => value), steps: runs?.trace?.steps, ...says },
    command: `cases run ${id} --input '${values.replaceAll("'", "'\\''")}'`,
  };
}

/** The truth of a case: its picture is the one that the command line draws. */
export function truthShot({ id, shape, truth, variables }: CaseFacts): Snapshot {
  const circuit = circuitFromTexts(truth.edges, truth.nodes);
  return {
    data: { case: id, shape, truth, variables },
    svg: drawCircuitSvg({ shape, circuit, title: `Case ${id}` }),
    command: `cases show ${id}`,
  };
}
