import {
  blockOf,
  formatNode,
  type GraphShape,
  type Node,
  withinBlock,
} from "../../circuit/index.ts";
import { InterpBenchError } from "../../errors/index.ts";

/** Where a box belongs. Rows grow upwards: inputs, then per layer its heads and its MLP, the output. */
export type BoxPlace =
  | { readonly kind: "input" }
  | { readonly kind: "head"; readonly layer: number; readonly head: number }
  | { readonly kind: "mlp"; readonly layer: number }
  | { readonly kind: "output" };

/** The embeddings together, and apart. */
const INPUTS: readonly string[] = ["input", "embed", "pos_embed"];

/** Whether a box holds embeddings. */
export const isInput = (id: string): boolean => INPUTS.includes(id);

/**
 * The boxes of a model, from the input to the output. The embeddings are one box, `input`, unless
 * `used` names them apart (`embed`, `pos_embed`).
 */
export function boxesOf(
  { nLayers, nHeads, attnOnly = false }: GraphShape,
  used: ReadonlySet<string>,
): { readonly id: string; readonly place: BoxPlace }[] {
  const apart = INPUTS.filter((id) => used.has(id));
  const inputs = apart.length === 0 ? ["input"] : apart;
  const layers = Array.from({ length: nLayers }, (_, layer) => [
    ...Array.from({ length: nHeads }, (_, head) => ({
      id: `a${layer}.${head}`,
      place: { kind: "head", layer, head } as const,
    })),
    ...(attnOnly ? [] : [{ id: `m${layer}`, place: { kind: "mlp", layer } as const }]),
  ]);
  return [
    ...inputs.map((id) => ({ id, place: { kind: "input" } as const })),
    ...layers.flat(),
    { id: "resid_post", place: { kind: "output" } },
  ];
}

/**
 * The id of the box a node is in: a head's inputs and result are in `a1.2`, an MLP's hooks in `m1`.
 * `E_NODE` if no model of this shape has the node.
 */
export function boxOfNode(node: Node, shape: GraphShape): string {
  const layer = blockOf(node.hook);
  const hook = withinBlock(node.hook);
  if (hook === "hook_embed") return "embed";
  if (hook === "hook_pos_embed") return "pos_embed";
  if (hook === "hook_resid_pre" && layer === 0) return "input";
  if (hook === "hook_resid_post" && layer === shape.nLayers - 1) return "resid_post";
  if (layer !== undefined && layer < shape.nLayers) {
    const isHead = node.head !== null && node.head < shape.nHeads;
    if (isHead && /^(hook_[qkv]_input|attn\.hook_([qkvz]|result))$/.test(hook)) {
      return `a${layer}.${node.head}`;
    }
    const isMlp = node.head === null && shape.attnOnly !== true;
    if (isMlp && /^(hook_mlp_(in|out)|mlp\.hook_(pre|post))$/.test(hook)) return `m${layer}`;
  }
  throw new InterpBenchError("E_NODE", `"${formatNode(node)}" has no place in the picture`, {
    expected: `a component of a model of ${shape.nLayers} layers with ${shape.nHeads} heads${
      shape.attnOnly === true ? " and no MLPs" : ""
    }`,
    received: formatNode(node),
  });
}

/** The input of a head that a node is, if it is one: `q` of `hook_q_input` and of `attn.hook_q`. */
export function portOfNode(node: Node): "q" | "k" | "v" | undefined {
  const match = /^(?:hook_([qkv])_input|attn\.hook_([qkv]))$/.exec(withinBlock(node.hook));
  const letter = match?.[1] ?? match?.[2];
  return letter === "q" || letter === "k" || letter === "v" ? letter : undefined;
}
