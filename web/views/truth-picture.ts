import { circuitFromTexts } from "../../src/circuit/index.ts";
import { drawCircuitSvg } from "../../src/report/index.ts";
import type { CaseFacts } from "../engine/methods/cases.ts";

/** The truth of a case as the command line draws it. */
export function truthPicture({ id, shape, truth }: CaseFacts): string {
  const circuit = circuitFromTexts(truth.edges, truth.nodes);
  return drawCircuitSvg({ shape, circuit, title: `Case ${id}` });
}
