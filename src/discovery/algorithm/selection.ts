import {
  type Circuit,
  type ComputationalGraph,
  circuitAbove,
  circuitBetween,
  components,
  edgesByNodes,
  emptyCircuit,
  formatNode,
  graphCircuit,
  type ScoreMap,
  type Tie,
  topComponents,
} from "../../circuit/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { chooserOf, positiveOf } from "./choosers.ts";
import { type Chosen, type SelectedCircuit, selectedCircuit } from "./selected-circuit.ts";
import type { NodeSelection, Selection } from "./selection-options.ts";
import { type Setting, settingsOf } from "./settings.ts";

/** Makes circuits of the scores of edges; some ways to do so look at the signs of effects, too. */
export type CircuitSelector = (
  scores: ScoreMap,
  effects?: ScoreMap | undefined,
) => Promise<readonly SelectedCircuit[]>;

/**
 * How a selection makes circuits of scores, one for each threshold or number of edges, none if there
 * is neither: all edges above the threshold (strictly, compared as float32; grown ones are those
 * that lead to the output), or exactly so many edges, where those that come first in the graph win
 * ties. Scores that are all equal rank nothing: of some of the edges, none is chosen.
 *
 * `E_OPTION` for thresholds and numbers at once, or more edges than there are; what it gives rejects with
 * `E_OPTION` where a way to choose needs effects that there are not.
 */
export function circuitSelector(
  graph: ComputationalGraph,
  { threshold, edgeCount, select = "top", positiveShare, prune = false }: Selection,
): CircuitSelector {
  const thresholds = settingsOf("threshold", threshold);
  const counts = settingsOf("edgeCount", edgeCount);
  assertOneWay(thresholds, counts, { things: "edges", most: graph.edges.length });
  const { choose, random, above = (circuit: Circuit) => circuit } = chooserOf(select);
  return async (scores, effects) => {
    const selected = thresholds.map((setting) => {
      const chosen = { circuit: above(circuitAbove(scores, setting.value)), select: random };
      return selectedCircuit(setting, chosen, scores, prune);
    });
    for (const setting of counts) {
      const tie = flatTie(scores, setting.value);
      const chosen =
        tie === undefined
          ? await choose(scores, setting.value, positiveOf(select, positiveShare, effects))
          : { circuit: emptyCircuit, tie };
      selected.push(selectedCircuit(setting, { ...chosen, select: random }, scores, prune));
    }
    return selected;
  };
}

/**
 * The same for scores of nodes (see `componentScores`): a circuit is all edges between the heads and
 * MLPs above the threshold, or with the largest scores, the embeddings and the output.
 *
 * `E_OPTION` for thresholds and numbers at once, or more nodes than there are.
 */
export function nodeCircuitSelector(
  graph: ComputationalGraph,
  { threshold, nodeCount, prune = false }: NodeSelection,
): (scores: ScoreMap) => SelectedCircuit[] {
  const thresholds = settingsOf("threshold", threshold);
  const counts = settingsOf("nodeCount", nodeCount);
  const names = components(graph).map(formatNode);
  const whole = graphCircuit(graph);
  assertOneWay(thresholds, counts, { things: "heads and MLPs", most: names.length });
  return (scores) => {
    const own: ScoreMap = new Map(names.map((name) => [name, scores.get(name)!]));
    const select = (setting: Setting, chosen: Chosen) => {
      const { nodes } = chosen.circuit;
      const count = names.filter((name) => nodes.has(name)).length;
      const facts = { select: "nodes", nodes: { chosen: count, of: names.length } } as const;
      return selectedCircuit(setting, { ...chosen, ...facts }, own, prune);
    };
    return [
      ...thresholds.map((setting) =>
        select(setting, { circuit: circuitAbove(edgesByNodes(scores, whole), setting.value) }),
      ),
      ...counts.map((setting) => {
        const tie = flatTie(own, setting.value);
        return tie === undefined
          ? select(setting, topComponents(scores, setting.value, graph))
          : select(setting, { circuit: circuitBetween(new Set(), whole), tie });
      }),
    ];
  };
}

function assertOneWay(
  thresholds: readonly Setting[],
  counts: readonly Setting[],
  { things, most }: { readonly things: string; readonly most: number },
): void {
  const [count] = counts;
  if (count === undefined) return;
  if (thresholds.length > 0) {
    throw new InterpBenchError("E_OPTION", "circuits are selected in one way", {
      at: `threshold, ${count.name}`,
      expected: "one of the two",
      received: "both",
    });
  }
  const tooMany = counts.find(({ value }) => value > most);
  if (tooMany === undefined) return;
  throw new InterpBenchError("E_OPTION", `there are not so many ${things}`, {
    at: count.name,
    expected: `at most ${most}`,
    received: String(tooMany.value),
  });
}

/** The tie of all, where some of several equal scores are to be chosen; `undefined` where scores rank. */
function flatTie(scores: ScoreMap, count: number): Tie | undefined {
  const [first] = scores.values();
  const isFlat = [...scores.values()].every((score) => score === first);
  if (!isFlat || first === undefined || count === 0 || count >= scores.size) return undefined;
  return { score: first, tied: scores.size, taken: 0 };
}
