import type { Component } from "./craft/component.ts";
import { isSelectorNode, type ProgramGraph } from "./graph.ts";

/**
 * A node of the dependency graph as far as its place in the model is concerned.
 * Selectors take no time; inputs and selectors have no component.
 */
export interface SlotNode {
  readonly label: string;
  readonly children: readonly string[];
  readonly isSelector: boolean;
  readonly component: Component["kind"] | undefined;
}

/** Where each node with a component goes. */
export interface Slots {
  /**
   * The slot of each component by label, sorted by depth, then by discovery: even slots are
   * attention, odd ones MLPs; a head with an MLP takes this slot and the next.
   */
  readonly byNode: ReadonlyMap<string, number>;
  /** The longest way from an input, counting SOps: inputs 0, what no input reaches −1. */
  readonly depths: ReadonlyMap<string, number>;
}

/** The slots of a program's components. */
export function allocateComponents(
  graph: ProgramGraph,
  components: ReadonlyMap<string, Component>,
): Slots {
  const nodes = [...graph.nodes.values()].map((node) => ({
    label: node.label,
    children: node.children,
    isSelector: isSelectorNode(node),
    component: components.get(node.label)?.kind,
  }));
  return allocateSlots(nodes, graph.sources);
}

/** The slots of the nodes of any dependency graph, given in the order of their discovery. */
export function allocateSlots(nodes: readonly SlotNode[], sources: readonly string[]): Slots {
  const depths = computeDepths(nodes, sources);
  const placed = nodes.filter((node) => node.component !== undefined);
  const levels = condense(placed, depths);
  const byNode = new Map<string, number>();
  for (const { label, component } of placed.sort(
    (a, b) => levels.get(a.label)! - levels.get(b.label)!,
  )) {
    const level = levels.get(label)!;
    byNode.set(label, level < 1 ? -1 : 2 * (level - 1) + (component === "mlp" ? 1 : 0));
  }
  return Object.freeze({ byNode, depths });
}

/** The longest way to each node from any of the sources, in SOps, not counting the source. */
export function computeDepths(
  nodes: readonly SlotNode[],
  sources: readonly string[],
): ReadonlyMap<string, number> {
  const byLabel = new Map(nodes.map((node) => [node.label, node]));
  const depths = new Map(sources.map((label) => [label, 0]));
  const stack = nodes.map((node) => node.label).reverse();
  while (stack.length > 0) {
    const label = stack.at(-1)!;
    const { children, isSelector } = byLabel.get(label)!;
    const open = depths.has(label) ? [] : children.filter((child) => !depths.has(child));
    if (open.length > 0) {
      stack.push(...open);
      continue;
    }
    stack.pop();
    if (depths.has(label)) continue;
    const longest = children.reduce((depth, child) => Math.max(depth, depths.get(child)!), -1);
    depths.set(label, longest < 0 || isSelector ? longest : longest + 1);
  }
  return depths;
}

/**
 * The depths with levels merged: where all components of one level are heads and all of the next
 * are MLPs, both fit in one layer, and everything behind moves up.
 *
 * A merged level is not merged again with the one that followed (as in the original).
 */
function condense(
  placed: readonly SlotNode[],
  depths: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const byDepth = new Map<number, SlotNode[]>();
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const node of placed) {
    const depth = depths.get(node.label)!;
    [first, last] = [Math.min(first, depth), Math.max(last, depth)];
    const others = byDepth.get(depth);
    if (others === undefined) byDepth.set(depth, [node]);
    else others.push(node);
  }
  const isAll = (depth: number, kind: Component["kind"]) =>
    (byDepth.get(depth) ?? []).every(({ component }) => component === kind);
  const levels = new Map<string, number>();
  const put = (depth: number, level: number) => {
    for (const { label } of byDepth.get(depth) ?? []) levels.set(label, level);
  };
  for (let depth = first, level = first; depth <= last; depth++, level++) {
    put(depth, level);
    if (depth < last && isAll(depth, "attention") && isAll(depth + 1, "mlp")) put(++depth, level);
  }
  return levels;
}
