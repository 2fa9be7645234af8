import type { Mark } from "../../../src/report/index.ts";
import type { CircuitDrawing, Painting } from "./drawing.ts";
import type { CircuitFacts } from "./facts.ts";
import { markOf, type Selection } from "./selection.ts";
import type { ReadState } from "./state.ts";

/** What a selection makes of every line and box. `boxOf` gives the node of a box. */
export function paintingOf(
  { truth, trueEdges, headEdgeOf, ranking }: CircuitFacts,
  { detail, lens }: ReadState,
  selection: Selection,
  boxOf: ReadonlyMap<string, string>,
): Painting {
  const isTrue = (edge: string) => trueEdges?.[detail].has(edge);
  const edgeMark = (edge: string): Mark => {
    const isFound = selection.has(edge, detail);
    const isMissed = !isFound && lens === "difference" && isTrue(edge) === true;
    // A true edge into a head is there as soon as one of its inputs is.
    if (isMissed && detail === "qkv" && selection.has(headEdgeOf.get(edge) ?? edge, "merged")) {
      return "trueNegative";
    }
    return markOf(isFound, isTrue(edge), lens);
  };
  const values = ranking?.shown[detail];
  return {
    markOf: edgeMark,
    marksOf: (edge) => [true, false].map((isFound) => markOf(isFound, isTrue(edge), lens)),
    boxMarkOf: (box) => {
      const node = boxOf.get(box);
      if (node === undefined) return "outside";
      return markOf(selection.hasNode(node), truth?.nodes.has(node), lens);
    },
    scoreOf: (edge) => values?.get(edge),
    largest: ranking?.largest[detail],
  };
}

/** Boxes where a line that is in use begins or ends stand out; the others step back. */
export function boxMarksOf(
  { links }: CircuitDrawing,
  isUsed: (edge: string) => boolean,
): Painting["boxMarkOf"] {
  const used = new Set(links.flatMap(({ text, from, to }) => (isUsed(text) ? [from, to] : [])));
  return (box) => (used.has(box) ? "inside" : "trueNegative");
}
