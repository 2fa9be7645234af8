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
  const depthOf = (label: string): number => {
    const known = depths.get(label);
    if (known !== undefined) return known;
    const { children, isSelector } = byLabel.get(label)!;
    const longest = Math.max(-1, ...children.map(depthOf));
    const depth = longest < 0 || isSelector ? longest : longest + 1;
    depths.set(label, depth);
    return depth;
  };
  for (const { label } of nodes) depthOf(label);
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
  const levels = new Map(placed.map(({ label }) => [label, depths.get(label)!]));
  const kindsAt = (level: number) =>
    placed.filter(({ label }) => levels.get(label) === level).map(({ component }) => component);
  let last = Math.max(...levels.values());
  for (let level = Math.min(...levels.values()); level < last; level++) {
    const isMergeable =
      kindsAt(level).every((kind) => kind === "attention") &&
      kindsAt(level + 1).every((kind) => kind === "mlp");
    if (!isMergeable) continue;
    for (const [label, depth] of levels) {
      if (depth > level) levels.set(label, depth - 1);
    }
    last--;
  }
  return levels;
}
