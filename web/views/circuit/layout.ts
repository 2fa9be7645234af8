import { runSteps, type Steps } from "../../../src/engine/index.ts";
import { diagramOf, type Layout, type Link, layoutOf } from "../../../src/report/index.ts";
import { drawnCircuit } from "./curves.ts";
import type { CircuitFacts, Detail } from "./facts.ts";

/** Where the edges of a model are drawn, of a large one the strongest. */
export interface GraphLayout {
  readonly links: readonly Link[];
  readonly layout: Layout;
}

/** Several views draw the same. */
const known = new WeakMap<CircuitFacts, Map<Detail, GraphLayout>>();

export const graphLayout = (facts: CircuitFacts, detail: Detail): GraphLayout =>
  known.get(facts)?.get(detail) ?? runSteps(layoutInSteps(facts, detail));

/** The same in steps, after which it is known. */
export function* layoutInSteps(facts: CircuitFacts, detail: Detail): Steps<GraphLayout> {
  const circuit = drawnCircuit(facts, detail);
  yield 1 / 3;
  const diagram = diagramOf({ shape: facts.shape, circuit });
  yield 2 / 3;
  const made = { links: diagram.links, layout: layoutOf(diagram) };
  const others = known.get(facts) ?? new Map<Detail, GraphLayout>();
  known.set(facts, others.set(detail, made));
  return made;
}
