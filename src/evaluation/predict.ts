import type { CaseTask } from "../cases/index.ts";
import { expandToQkv, fullGraph, graphCircuit, withoutParts } from "../circuit/index.ts";
import type { Backend, Values } from "../engine/index.ts";
import { tokenTable } from "../transformer/index.ts";
import { type ExchangedVariables, exchangeOutputs } from "./exchange-outputs.ts";
import type { SingleIntervention } from "./intervene.ts";

/** What a causal model says of an intervention on the transformer that implements it. */
export type Prediction =
  /**
   * These outputs, class ids `[pos]` or numbers `[pos, output]`; `labels`: the variables that it takes from the other
   * input.
   */
  | { readonly kind: "outputs"; readonly labels: readonly string[]; readonly outputs: Values }
  /** Nothing, and why. */
  | { readonly kind: "none"; readonly reason: NoPrediction };

/**
 * Why a causal model predicts nothing: what variables carry is the value of no input (`value`), only some of
 * the nodes of a variable are cut (`part`), those of several places together (`several`), or an edge of the
 * truth alone (`edge`).
 */
export type NoPrediction = "value" | "part" | "several" | "edge";

/** What a causal model says, with and without an intervention. */
export interface Predicted {
  /** Its outputs on the input: class ids `[pos]`, or numbers `[pos, output]`. */
  readonly own: Values;
  readonly after: Prediction;
}

const EMBEDDINGS = "blocks.0.hook_resid_pre";

/**
 * What the causal model of a task says of an intervention: parts that hold nothing change nothing, whatever
 * they carry; nodes that hold a variable do what the variable does when it is taken from the other input,
 * and the embeddings all that input does.
 *
 * Throws `E_CIRCUIT` for parts that the task's transformer does not have, `E_TOKENS` for inputs that do not
 * fit.
 */
export function predictIntervention(
  task: CaseTask,
  { tokens, parts, carried, at }: SingleIntervention,
  backend: Backend,
): Predicted {
  const { lowLevelConfig: config } = task;
  const cut = new Set(parts.nodes ?? []);
  const isWhole = cut.has(EMBEDDINGS);
  const given = carried.kind === "input" ? carried.tokens : tokens;
  // Embeddings of another input at some positions are those of an input that has its tokens there.
  const other = isWhole && at !== undefined ? tokensAt(tokens, given, at) : given;
  const pairs = { base: Uint32Array.of(0), source: Uint32Array.of(1) };
  const table = tokenTable(config, [tokens, other]);
  const inputs = { tokens: table, positions: tokens.length, pairs, at };
  const said = exchangeOutputs(task, inputs, backend);
  const nothing: Prediction = { kind: "outputs", labels: [], outputs: said.own };
  const none = (reason: NoPrediction): Predicted => {
    return { own: said.own, after: { kind: "none", reason } };
  };
  const held = said.exchanges.filter(({ nodes }) => nodes.some((node) => cut.has(node)));
  if (cutsTrueEdge(task, parts, [...cut])) return none("edge");
  if (held.length === 0 && !isWhole) return { own: said.own, after: nothing };
  if (carried.kind !== "input") return none("value");
  if (held.length + (isWhole ? 1 : 0) > 1) return none("several");
  const everything: Omit<ExchangedVariables, "nodes"> = { labels: ["tokens"], outputs: said.other };
  const [exchanged] = held;
  if (exchanged === undefined) return { own: said.own, after: { kind: "outputs", ...everything } };
  if (!exchanged.nodes.every((node) => cut.has(node))) return none("part");
  const { labels, outputs } = exchanged;
  return { own: said.own, after: { kind: "outputs", labels, outputs } };
}

const tokensAt = (own: readonly number[], other: readonly number[], at: readonly number[]) =>
  own.map((token, i) => (at.includes(i) ? other[i]! : token));

/** Whether an edge of the truth is cut whose writer is not. */
function cutsTrueEdge(
  { lowLevelConfig, truth }: CaseTask,
  { edges = [] }: SingleIntervention["parts"],
  nodes: readonly string[],
): boolean {
  const graph = fullGraph(lowLevelConfig);
  const kept = withoutParts(graph, { nodes, edges }).edges;
  const withoutNodes = withoutParts(graph, { nodes }).edges;
  const isTrue = expandToQkv(truth, graph).edges;
  return [...graphCircuit(graph).edges.keys()].some(
    (text) => isTrue.has(text) && withoutNodes.has(text) && !kept.has(text),
  );
}
