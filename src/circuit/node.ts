import { InterpBenchError } from "../errors/index.ts";

/**
 * A place in a model: a hook point, or one head of it.
 *
 * `hook` is the TransformerLens hook name (`blocks.1.attn.hook_result`); circuits of other
 * granularities use the same shape with their own names (`blocks.0.mlp.W_in`, a RASP label).
 * `head` is `null` where the hook has no head axis.
 */
export interface Node {
  readonly hook: string;
  readonly head: number | null;
}

/** A directed connection: `[from, to]`, from the writer to the reader. */
export type Edge = readonly [from: Node, to: Node];

/** An edge as two canonical node texts: how `edges.pkl` and JSON documents spell it. */
export type EdgeTexts = readonly [from: string, to: string];

const NODE = /^([^[\]]+)(?:\[(0|[1-9]\d*)\])?$/;
const ARROW = "->";

/** The canonical text of a node: `blocks.1.attn.hook_result[2]`, or the bare hook name. */
export function formatNode(node: Node): string {
  return node.head === null ? node.hook : `${node.hook}[${node.head}]`;
}

/**
 * The node of a canonical text; inverse of {@link formatNode}. `E_NODE` if the text is empty, holds
 * an arrow, or its brackets hold anything but one head number.
 */
export function parseNode(text: string): Node {
  const match = NODE.exec(text);
  const head = match?.[2] === undefined ? null : Number(match[2]);
  if (match === null || text.includes(ARROW) || (head !== null && !Number.isSafeInteger(head))) {
    throw new InterpBenchError("E_NODE", `"${text}" is no node`, {
      expected: "a hook name, with the head in brackets if there is one",
      received: `"${text}"`,
      hint: 'For example "blocks.0.hook_mlp_out" or "blocks.1.attn.hook_result[2]".',
    });
  }
  return { hook: match[1]!, head };
}

/** The canonical text of an edge: `from->to`. */
export function formatEdge([from, to]: Edge): string {
  return edgeText(formatNode(from), formatNode(to));
}

/** {@link formatEdge} of the texts of both ends. */
export function edgeText(from: string, to: string): string {
  return `${from}${ARROW}${to}`;
}

/** The edge of a canonical text; inverse of {@link formatEdge}. `E_EDGE` if there is no single arrow. */
export function parseEdge(text: string): Edge {
  const ends = text.split(ARROW);
  if (ends.length !== 2) {
    throw new InterpBenchError("E_EDGE", `"${text}" is no edge`, {
      expected: '"from->to"',
      received: `"${text}"`,
    });
  }
  return [parseNode(ends[0]!), parseNode(ends[1]!)];
}

/** The block number in a hook name, or `undefined` (`hook_embed`, a RASP label). */
export function blockOf(hook: string): number | undefined {
  const match = /^blocks\.(\d+)(?:\.|$)/.exec(hook);
  return match === null ? undefined : Number(match[1]);
}

/** The hook name without its block: `attn.hook_result` of `blocks.1.attn.hook_result`. */
export function withinBlock(hook: string): string {
  return hook.replace(/^blocks\.\d+\./, "");
}

/** Hooks before the first block, then the hooks of a block, in the order a forward pass meets them. */
const FIRING_ORDER = [
  "hook_embed",
  "hook_pos_embed",
  "hook_resid_pre",
  "hook_q_input",
  "hook_k_input",
  "hook_v_input",
  "attn.hook_q",
  "attn.hook_k",
  "attn.hook_v",
  "attn.hook_z",
  "attn.hook_result",
  "hook_attn_out",
  "hook_resid_mid",
  "hook_mlp_in",
  "mlp.hook_pre",
  "mlp.hook_post",
  "hook_mlp_out",
  "hook_resid_post",
];

function stage(hook: string): number {
  const index = FIRING_ORDER.indexOf(withinBlock(hook));
  return index === -1 ? FIRING_ORDER.length : index;
}

/**
 * Orders nodes as a forward pass meets them: by block (embeddings first), hook, head. Unknown hooks
 * come after the known ones of their block, by name. A total order: 0 only for equal nodes.
 */
export function compareNodes(a: Node, b: Node): number {
  return (
    (blockOf(a.hook) ?? -1) - (blockOf(b.hook) ?? -1) ||
    stage(a.hook) - stage(b.hook) ||
    (a.hook < b.hook ? -1 : a.hook > b.hook ? 1 : 0) ||
    (a.head ?? -1) - (b.head ?? -1)
  );
}

/** Orders edges by their writer, then by their reader ({@link compareNodes}). */
export function compareEdges(a: Edge, b: Edge): number {
  return compareNodes(a[0], b[0]) || compareNodes(a[1], b[1]);
}
