import { type Circuit, circuitOf, type Edge, type Node } from "../circuit/index.ts";
import type { CompiledProgram, HeadWiring, MlpWiring } from "../tracr/index.ts";
import { CircuitBuilder, type Pruning } from "./circuit-builder.ts";

/**
 * How finely a circuit tells the parts of a transformer apart:
 *
 * - `component`: embeddings, heads, MLPs
 * - `matrix`: their weight matrices
 * - `acdc_hooks`: hook points, inside a head inputs, queries, keys, values and result
 * - `sp_hooks`: hook points, inside a head inputs and result
 */
export type CircuitGranularity = "component" | "matrix" | "acdc_hooks" | "sp_hooks";

/** All granularities. */
export const CIRCUIT_GRANULARITIES: readonly CircuitGranularity[] = [
  "component",
  "matrix",
  "acdc_hooks",
  "sp_hooks",
];

/** What a granularity calls the parts of a transformer. */
interface Names {
  readonly tokens: string;
  readonly indices: string;
  /** What queries, keys and values pass on their way to the result of their head. */
  readonly query: readonly string[];
  readonly key: readonly string[];
  readonly value: readonly string[];
  readonly result: string;
  readonly mlp: readonly string[];
  /** The output node, in the last block. */
  readonly output?: string;
}

const NAMES: Readonly<Record<CircuitGranularity, Names>> = {
  component: {
    tokens: "embed",
    indices: "pos_embed",
    query: [],
    key: [],
    value: [],
    result: "attn",
    mlp: ["mlp"],
  },
  matrix: {
    tokens: "embed.W_E",
    indices: "pos_embed.W_pos",
    query: ["attn.W_Q"],
    key: ["attn.W_K"],
    value: ["attn.W_V"],
    result: "attn.W_O",
    mlp: ["mlp.W_in", "mlp.W_out"],
  },
  acdc_hooks: {
    tokens: "hook_embed",
    indices: "hook_pos_embed",
    query: ["hook_q_input", "attn.hook_q"],
    key: ["hook_k_input", "attn.hook_k"],
    value: ["hook_v_input", "attn.hook_v"],
    result: "attn.hook_result",
    mlp: ["hook_mlp_in", "hook_mlp_out"],
    output: "hook_resid_post",
  },
  sp_hooks: {
    tokens: "hook_embed",
    indices: "hook_pos_embed",
    query: ["hook_q_input"],
    key: ["hook_k_input"],
    value: ["hook_v_input"],
    result: "attn.hook_result",
    mlp: ["hook_mlp_in", "hook_mlp_out"],
    output: "hook_resid_post",
  },
};

/**
 * The circuit of a compiled transformer, as the original draws it: who reads which variable from
 * whom.
 *
 * At `acdc_hooks` this is the raw form that `edges.pkl` holds. It has edges that mean nothing:
 * a variable that has fed a query or key counts as held by that `attn.hook_q` or `attn.hook_k`,
 * too, so its later readers get an edge from there besides the one from the true writer (37 cases).
 * They are no part of the truth: `prepareForEvaluation` drops all edges out of a head's inside.
 *
 * And it lacks edges (20 cases): where an MLP reads a variable, and another that a head has made of it, the
 * edge from the holder of the first is dropped. `prune` "each" has them.
 */
export function highLevelCircuit(
  { graph, wiring, config }: Pick<CompiledProgram, "graph" | "wiring" | "config">,
  granularity: CircuitGranularity = "acdc_hooks",
  prune: Pruning = granularity === "component" ? "none" : "together",
): Circuit {
  const names = NAMES[granularity];
  const builder = new CircuitBuilder({ prune });
  for (const input of ["tokens", "indices"] as const) {
    if (!graph.nodes.has(input)) continue;
    builder.hold([input], builder.add({ hook: names[input], head: null }));
  }
  for (const part of wiring) {
    if (part.kind === "mlp") addMlp(builder, part, names);
    else addHead(builder, part, names, granularity === "acdc_hooks");
  }
  if (names.output !== undefined) {
    const output = { hook: `blocks.${config.nLayers - 1}.${names.output}`, head: null };
    builder.feed(output, [graph.sink]);
  }
  return builder.circuit();
}

/** A head: queries, keys and values each come in at the start of a path; all end in its result. */
function addHead(
  builder: CircuitBuilder,
  { layer, head, query, key, value, writes }: HeadWiring,
  names: Names,
  holdsSources: boolean,
): void {
  const pathOf = (hooks: readonly string[]) =>
    [...hooks, names.result].map((hook): Node => ({ hook: `blocks.${layer}.${hook}`, head }));
  const [queries, keys, values] = [pathOf(names.query), pathOf(names.key), pathOf(names.value)];
  for (const path of [queries, keys, values]) builder.connectPath(path);
  builder.feed(queries[0]!, query);
  builder.feed(keys[0]!, key);
  builder.feed(values[0]!, value);
  if (holdsSources) {
    builder.hold(query, queries.at(-2)!);
    builder.hold(key, keys.at(-2)!);
  }
  builder.hold(writes, ...values);
}

function addMlp(builder: CircuitBuilder, { layer, reads, writes }: MlpWiring, names: Names): void {
  const path = names.mlp.map((hook): Node => ({ hook: `blocks.${layer}.${hook}`, head: null }));
  builder.connectPath(path);
  builder.feed(path[0]!, reads);
  builder.hold(writes, ...path);
}

/** The program itself as a circuit: its sub-expressions by label, from operand to result. */
export function variableCircuit({ graph }: Pick<CompiledProgram, "graph">): Circuit {
  const node = (label: string): Node => ({ hook: label, head: null });
  const edges = [...graph.nodes.values()].flatMap(({ label, children }) =>
    children.map((child): Edge => [node(child), node(label)]),
  );
  return circuitOf(edges, [...graph.nodes.keys()].map(node));
}
