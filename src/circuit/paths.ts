import { type Circuit, circuitOf, filterEdges } from "./circuit.ts";
import { type Edge, formatNode } from "./node.ts";
import { promoteReader } from "./prepare.ts";

/** Where paths begin: the embeddings, together or apart. */
const INPUTS: ReadonlySet<string> = new Set([
  "hook_embed",
  "hook_pos_embed",
  "blocks.0.hook_resid_pre",
]);

/** The component that reads by an edge, as what it writes: `hook_q_input[h]` → `attn.hook_result[h]`. */
export const readerOf = ([, to]: Edge): string => formatNode(promoteReader(to));

/** Whether a node is where paths begin. */
export const isInput = (node: string): boolean => INPUTS.has(node);

/** Whether a component is the end of all paths. */
export const isOutput = (component: string): boolean => component.endsWith(".hook_resid_post");

/** An edge between two components. */
interface Link {
  readonly text: string;
  readonly edge: Edge;
  readonly from: string;
  readonly to: string;
}

const linksOf = (circuit: Circuit): Link[] =>
  Array.from(circuit.edges, ([text, edge]) => {
    return { text, edge, from: formatNode(edge[0]), to: readerOf(edge) };
  });

/** The components from which the output can be reached. */
const usefulComponents = (links: readonly Link[]) =>
  closure(
    links.map(({ to }) => to).filter(isOutput),
    links.map(({ from, to }) => [to, from]),
  );

/**
 * The edges that lie on a path from the embeddings to the output, in the circuit alone. Whatever
 * enters a head by its query, key or value, or an MLP, leaves it by its result. At any granularity
 * of edges between components; edges inside of components (`hook_q_input` → `attn.hook_q`) lie on
 * none.
 */
export function edgesOnPaths(circuit: Circuit): ReadonlySet<string> {
  const links = linksOf(circuit);
  const useful = usefulComponents(links);
  const reached = closure(
    links.map(({ from }) => from).filter((name) => INPUTS.has(name)),
    links.map(({ from, to }) => [from, to]),
  );
  const kept = links.filter(({ from, to }) => reached.has(from) && useful.has(to));
  return new Set(kept.map(({ text }) => text));
}

/**
 * The circuit without the edges that lie on no path from the embeddings to the output: the fixpoint
 * of removing components without incoming or without outgoing edges (`prune` of EAP-IG and MIB).
 */
export function pruneCircuit(circuit: Circuit): Circuit {
  const onPath = edgesOnPaths(circuit);
  return filterEdges(circuit, (_, text) => onPath.has(text));
}

/** The circuit without the edges from which no path leads to the output. */
export function leadingToOutput(circuit: Circuit): Circuit {
  const links = linksOf(circuit);
  const useful = usefulComponents(links);
  return circuitOf(links.filter(({ to }) => useful.has(to)).map(({ edge }) => edge));
}

/** Everything that can be reached along the steps, the start included. */
function closure(
  start: readonly string[],
  steps: readonly (readonly [string, string])[],
): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const [from, to] of steps) {
    const known = next.get(from);
    if (known === undefined) next.set(from, [to]);
    else known.push(to);
  }
  const seen = new Set(start);
  const waiting = [...seen];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const to of next.get(name) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      waiting.push(to);
    }
  }
  return seen;
}
