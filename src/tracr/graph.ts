import {
  breadthFirst,
  childrenOf,
  dependenciesFirst,
  type Expression,
  isSelector,
  type Selector,
  type SOp,
} from "../rasp/index.ts";

/** One sub-expression of a program under its label. */
export interface GraphNode<E extends Expression = Expression> {
  /** `name_id`, or the bare name of an input: `is_x_3`, `tokens`. Unique in its graph. */
  readonly label: string;
  readonly expression: E;
  /** The labels of the direct dependencies, in their order. */
  readonly children: readonly string[];
}

/** A program as a graph of labelled nodes. */
export interface ProgramGraph {
  /** All nodes by label, in the order of discovery. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** The same labels, every one after those of its children. */
  readonly dependenciesFirst: readonly string[];
  /** The labels of the nodes without children, in the order of discovery. */
  readonly sources: readonly string[];
  /** The label of the program itself. */
  readonly sink: string;
}

/**
 * The graph of a program: one node per distinct sub-expression.
 *
 * Ids count the sub-expressions other than inputs in breadth-first order, the program itself is
 * 1: `frac_prevs_1`, `select_2`, `is_x_3`. All copies of an input are one node.
 */
export function extractGraph(program: SOp): ProgramGraph {
  const labels = new Map<Expression, string>();
  let id = 0;
  for (const expression of breadthFirst(program)) {
    labels.set(expression, isInput(expression) ? expression.kind : `${expression.name}_${++id}`);
  }
  const nodes = new Map<string, GraphNode>();
  for (const [expression, label] of labels) {
    if (nodes.has(label)) continue;
    const children = childrenOf(expression).map((child) => labels.get(child)!);
    nodes.set(label, Object.freeze({ label, expression, children }));
  }
  return Object.freeze({
    nodes,
    dependenciesFirst: [...new Set(dependenciesFirst(program).map((e) => labels.get(e)!))],
    sources: [...nodes.values()].filter((n) => n.children.length === 0).map((n) => n.label),
    sink: labels.get(program)!,
  });
}

function isInput({ kind }: Expression): boolean {
  return kind === "tokens" || kind === "indices" || kind === "length";
}

/** Whether the node stands for an SOp, not for a selector. */
export function isSOpNode(node: GraphNode): node is GraphNode<SOp> {
  return !isSelector(node.expression);
}

/** Whether the node stands for a selector. */
export function isSelectorNode(node: GraphNode): node is GraphNode<Selector> {
  return isSelector(node.expression);
}
