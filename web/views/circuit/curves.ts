import { type Circuit, circuitOf } from "../../../src/circuit/index.ts";
import type { CircuitFacts, Detail } from "./facts.ts";

/** More curves than these cannot be drawn within a frame, nor told apart. */
const MOST_CURVES = 2_500;

/** The curves that stand for a larger model, beside the matrix of all its edges. */
const STRONGEST = 500;

/** Whether a model has more edges than can be drawn as curves. */
export const isLarge = ({ whole }: CircuitFacts, detail: Detail): boolean =>
  whole[detail].edges.size > MOST_CURVES;

/**
 * The edges that are drawn as curves: all of them, or of a large model the true ones and, up to
 * {@link STRONGEST}, those that are ranked highest or else were found.
 */
export function drawnCircuit(facts: CircuitFacts, detail: Detail): Circuit {
  const all = facts.whole[detail];
  if (!isLarge(facts, detail)) return all;
  const { truth, found, ranking, headEdgeOf } = facts;
  const headOf = (text: string) => (detail === "qkv" ? (headEdgeOf.get(text) ?? text) : text);
  const texts = [...all.edges.keys()];
  const scores = ranking?.by[detail];
  const ranked =
    scores === undefined
      ? [...(found?.[detail].edges.keys() ?? [])]
      : texts.toSorted((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0));
  const isTrue = (text: string) => truth?.edges.has(headOf(text)) === true;
  const drawn = new Set([...new Set([...texts.filter(isTrue), ...ranked])].slice(0, STRONGEST));
  return circuitOf([...all.edges].flatMap(([text, edge]) => (drawn.has(text) ? [edge] : [])));
}
