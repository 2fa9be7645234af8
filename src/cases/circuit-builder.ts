import { type Circuit, circuitOf, type Edge, formatNode, type Node } from "../circuit/index.ts";

/**
 * Whether, of the holders of what a reader reads, those are passed over that another holder reads: of an
 * MLP's input and output, the input. `together`: of all that it reads, as the original does, which also
 * drops the holder of one variable where a holder of another reads it; `each`: of each variable for itself.
 */
export type Pruning = "none" | "together" | "each";

/**
 * A circuit in the making, which remembers which of its nodes hold which variable.
 *
 * The builder of one circuit; nobody keeps it.
 */
export class CircuitBuilder {
  readonly #nodes = new Map<string, Node>();
  readonly #edges = new Map<string, Edge>();
  readonly #predecessors = new Map<string, Set<string>>();
  /** Label → texts of the nodes that hold the variable. */
  readonly #holders = new Map<string, Set<string>>();

  readonly #prune: Pruning;

  constructor({ prune }: { readonly prune: Pruning }) {
    this.#prune = prune;
  }

  add(node: Node): Node {
    this.#nodes.set(formatNode(node), node);
    return node;
  }

  connect(from: Node, to: Node): void {
    const [writer, reader] = [formatNode(from), formatNode(to)];
    this.add(from);
    this.add(to);
    this.#edges.set(`${writer}->${reader}`, [from, to]);
    this.#predecessors.set(reader, (this.#predecessors.get(reader) ?? new Set()).add(writer));
  }

  /** Adds the nodes, each feeding the next. */
  connectPath(path: readonly Node[]): void {
    for (const [i, node] of path.entries()) {
      if (i === 0) this.add(node);
      else this.connect(path[i - 1]!, node);
    }
  }

  /** Records that these nodes hold these variables. */
  hold(labels: readonly string[], ...nodes: readonly Node[]): void {
    for (const label of labels) {
      const holders = this.#holders.get(label) ?? new Set();
      for (const node of nodes) holders.add(formatNode(node));
      this.#holders.set(label, holders);
    }
  }

  /** Edges from the holders of the variables to `reader`. */
  feed(reader: Node, labels: readonly string[]): void {
    for (const writer of this.#holdersOf(labels)) this.connect(writer, reader);
  }

  /** The nodes that hold any of the variables, without those that are passed over. */
  #holdersOf(labels: readonly string[]): Node[] {
    const holders = (some: readonly string[]) => [
      ...new Set(some.flatMap((label) => [...(this.#holders.get(label) ?? [])])),
    ];
    const groups =
      this.#prune === "each" ? labels.map((label) => holders([label])) : [holders(labels)];
    const kept = this.#prune === "none" ? groups.flat() : groups.flatMap((all) => this.#last(all));
    return [...new Set(kept)].map((text) => this.#nodes.get(text)!);
  }

  /** Those of some nodes that none of them reads. */
  #last(all: readonly string[]): readonly string[] {
    const inner = new Set(all.flatMap((text) => [...(this.#predecessors.get(text) ?? [])]));
    return all.filter((text) => !inner.has(text));
  }

  circuit(): Circuit {
    return circuitOf(this.#edges.values(), this.#nodes.values());
  }
}
