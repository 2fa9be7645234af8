import type { GraphDestination, GraphSource } from "../../circuit/index.ts";
import { type Shape, sub } from "../../engine/index.ts";
import {
  blockHook,
  forward,
  type HookName,
  type Switch,
  type TransformerConfig,
} from "../../transformer/index.ts";
import type { MaskScheme, MaskValues } from "./scheme.ts";

/** The hook points with masks: in each block a head's query, key and value, and the MLP's output. */
function maskShapes({ nLayers, nHeads }: TransformerConfig): ReadonlyMap<HookName, Shape> {
  const ofBlock = (block: number): [HookName, Shape][] => [
    ...INPUTS.map((input): [HookName, Shape] => [headMask(block, input), [nHeads]]),
    [blockHook(block, "hook_mlp_out"), []],
  ];
  return new Map(Array.from({ length: nLayers }, (_, block) => ofBlock(block)).flat());
}

const INPUTS = ["q", "k", "v"] as const;
type HeadInput = (typeof INPUTS)[number];

const headMask = (block: number, input: HeadInput): HookName =>
  blockHook(block, `attn.hook_${input}`);

/** The value of what a destination feeds: a head's query, key or value, or an MLP. The output is always kept. */
function readerValue({ block, input, node }: GraphDestination, values: MaskValues): number {
  if (input === "output") return 1;
  if (input === "mlp") return values.get(blockHook(block, "hook_mlp_out"))![0]!;
  return values.get(headMask(block, input))![node.head!]!;
}

/** The value of a source: the largest of a head's query, key and value. The embeddings are always kept. */
function writerValue({ node: { hook, head } }: GraphSource, values: MaskValues): number {
  const [, block, kind] = /^blocks\.(\d+)\.(attn\.hook_result|hook_mlp_out)$/.exec(hook) ?? [];
  if (block === undefined) return 1;
  if (kind === "hook_mlp_out") return values.get(hook as HookName)![0]!;
  return Math.max(...INPUTS.map((input) => values.get(headMask(Number(block), input))![head!]!));
}

/**
 * A mask on every node: `z·own + (1 − z)·ablated` at the query, key and value of each head and at
 * the output of each MLP.
 *
 * The value of an edge is the smaller one of its ends', so that an edge is kept if both are. Where an
 * edge ends at a head, that end is the query, key or value; where it begins at a head, the head
 * is kept if any of the three is. Embeddings and output are always kept (value 1).
 */
export const nodeScheme: MaskScheme = {
  maskShapes,
  ablatedHooks: (config) => [...maskShapes(config).keys()],
  forward: (config, weights, { tokens, masks, ablated, logitsAt }) => {
    const switches = [...masks].map(([hook, mask]): [HookName, Switch] => [
      hook,
      { on: sub(1, mask), source: ablated(hook) },
    ]);
    return forward(config, weights, tokens, { switches: new Map(switches), logitsAt }).logits;
  },
  edgeValues: ({ sources, destinations, edges }, values) => {
    const readers = destinations.map((destination) => readerValue(destination, values));
    const writers = sources.map((source) => writerValue(source, values));
    return Float64Array.from(edges, ({ source, destination }) =>
      Math.min(writers[source]!, readers[destination]!),
    );
  },
};
