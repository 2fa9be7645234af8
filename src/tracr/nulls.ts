import { InterpBenchError } from "../errors/index.ts";
import {
  callPredicate,
  type Finding,
  type NullSelection,
  nullFinding,
  nullSelections,
  type RaspValue,
  type SelectSelector,
  type SOp,
} from "../rasp/index.ts";
import { STEPS_PER_PAIR } from "./examine.ts";
import { examinedInputs } from "./examined.ts";
import { type GraphNode, isSOpNode, type ProgramGraph } from "./graph.ts";
import type { Settings } from "./options.ts";
import type { InferredValues } from "./values.ts";

/**
 * The selects whose predicate is true of "no value" where that changes the output: one finding
 * each, with the shortest input found.
 *
 * A predicate that is never true of `null`, or whose operands always have a value, costs nothing;
 * else program and attention are compared on the {@link examinedInputs}.
 */
export function findNullPredicates(
  program: SOp,
  graph: ProgramGraph,
  values: InferredValues,
  settings: Settings,
): readonly Finding[] {
  const partial = partialNodes(graph, values);
  const isSuspect = [...graph.nodes.values()].some(
    (node) =>
      node.expression.kind === "select" &&
      acceptsNull(node as GraphNode<SelectSelector>, partial, values),
  );
  if (!isSuspect) return [];
  const found = new Map<SelectSelector, NullSelection>();
  const costOf = (length: number) => length ** 2 * STEPS_PER_PAIR * graph.nodes.size;
  for (const input of examinedInputs(settings, costOf)) {
    for (const one of nullSelections(program, input, { causal: settings.causal })) {
      if (!found.has(one.selector)) found.set(one.selector, one);
    }
  }
  return [...found.values()].map(nullFinding);
}

/** The labels of the SOps that may have no value somewhere, as far as the graph tells. */
function partialNodes(graph: ProgramGraph, { sets }: InferredValues): ReadonlySet<string> {
  const partial = new Set<string>();
  for (const label of graph.dependenciesFirst) {
    const node = graph.nodes.get(label)!;
    if (!isSOpNode(node)) continue;
    const { kind } = node.expression;
    const inherits = node.children.some((child) => partial.has(child));
    const makesNull = sets.get(label)!.results.includes(null);
    if (kind === "aggregate" || (kind !== "orElse" && (inherits || makesNull))) partial.add(label);
  }
  return partial;
}

/** Whether the select may select where its key or query has no value. */
function acceptsNull(
  { expression, children }: GraphNode<SelectSelector>,
  partial: ReadonlySet<string>,
  { sets }: InferredValues,
): boolean {
  const possible = (label: string): readonly RaspValue[] =>
    sets.get(label)!.directions.map((direction) => direction.value);
  const [keys, queries] = [children[0]!, children[1]!];
  const none = (label: string): readonly null[] => (partial.has(label) ? [null] : []);
  const pairs = [
    ...none(keys).flatMap((key) =>
      [...possible(queries), ...none(queries)].map((q) => [key, q] as const),
    ),
    ...none(queries).flatMap((query) => possible(keys).map((k) => [k, query] as const)),
  ];
  return pairs.some(([key, query]) => isSelected(expression, key, query));
}

/** Whether the predicate is true; one that fails selects nothing. */
function isSelected(select: SelectSelector, key: RaspValue, query: RaspValue): boolean {
  try {
    return callPredicate(select, key, query);
  } catch (error) {
    if (error instanceof InterpBenchError) return false;
    throw error;
  }
}
