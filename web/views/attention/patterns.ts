import type { Engine } from "../../engine/client.ts";
import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { ModelFacts } from "../../engine/methods/models.ts";
import type { Numbers } from "../../engine/methods/run.ts";
import { idsOf } from "../input/text.ts";

/** One head of a model. */
export interface Head {
  readonly layer: number;
  readonly head: number;
}

/** All heads of a model, layer by layer. */
export const headsOf = ({ config: { nLayers, nHeads } }: ModelFacts): Head[] =>
  Array.from({ length: nLayers * nHeads }, (_, i) => ({
    layer: Math.floor(i / nHeads),
    head: i % nHeads,
  }));

/** A head as pictures call it, without its letter: `1.2`. */
export const headText = ({ layer, head }: Head) => `${layer}.${head}`;

/** The patterns of all heads on one input. */
export interface Patterns {
  /** The tokens, BOS first. */
  readonly names: readonly string[];
  /** By layer, `[row, head, query, key]`. */
  readonly layers: readonly Numbers[];
}

/** How much a query of a head attends to a key. */
export function attentionAt(
  { names, layers }: Patterns,
  { layer, head }: Head,
  query: number,
  key: number,
): number {
  return layers[layer]!.data[(head * names.length + query) * names.length + key]!;
}

/** Runs a model on an input, for the patterns of its heads. */
export async function patternsOf(
  engine: Engine,
  facts: CaseFacts,
  { ref, config }: ModelFacts,
  input: readonly TokenFacts[],
): Promise<Patterns> {
  const capture = Array.from(
    { length: config.nLayers },
    (_, layer) => `blocks.${layer}.attn.hook_pattern`,
  );
  const { at } = await engine.call("run", { model: ref, tokens: [idsOf(facts, input)], capture });
  return {
    names: ["BOS", ...input.map(({ text }) => text)],
    layers: capture.map((hook) => at[hook]!),
  };
}
