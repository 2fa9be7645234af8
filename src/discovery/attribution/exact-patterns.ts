import {
  add,
  constant,
  einsum,
  expandDims,
  reshape,
  softmax,
  sub,
  type Tensor,
  where,
} from "../../engine/index.ts";
import {
  attentionScores,
  blockHook,
  type HookName,
  headsOfInputs,
  type TransformerConfig,
} from "../../transformer/index.ts";
import { type AttributedRun, type EffectRule, edgeEffects, sourcesBefore } from "./effects.ts";

/**
 * As {@link edgeEffects}, but for the softmax between queries or keys and the pattern, which is computed
 * anew (the QK fix of AtP*): a saturated softmax has no slope, and may change all the same.
 *
 * - Into a query: `Σ_{query,key} (A′ − A)·∂loss/∂A`, A′ the pattern with the query of the changed input.
 * - Into a key: the same for every key alone, added up over keys.
 *
 * Cost: the patterns of all sources and heads, for keys once per position.
 */
export const exactPatternEffects: EffectRule = {
  key: "exact patterns",
  hooks: (config) => [
    ...edgeEffects.hooks(config),
    ...eachLayer(config).flatMap((layer): HookName[] => [
      blockHook(layer, "attn.hook_q"),
      blockHook(layer, "attn.hook_k"),
      blockHook(layer, "attn.hook_pattern"),
    ]),
  ],
  effects: (run) => {
    const linear = edgeEffects.effects(run);
    const exact = eachLayer(run.config).flatMap((layer): [HookName, Tensor][] => [
      [blockHook(layer, "hook_q_input"), queryEffects(run, layer)],
      [blockHook(layer, "hook_k_input"), keyEffects(run, layer)],
    ]);
    return new Map([...linear, ...exact]);
  },
};

const eachLayer = ({ nLayers }: TransformerConfig) =>
  Array.from({ length: nLayers }, (_, layer) => layer);

/**
 * The queries or keys of a block with what each source before it changes of its input, `[source, pos, head, dHead]`.
 */
function changedHeads(run: AttributedRun, layer: number, which: "q" | "k"): Tensor {
  const { config, weights, differences } = run;
  const before = sourcesBefore(differences, 1 + layer * (config.nHeads + 1));
  const own = run.at(blockHook(layer, `hook_${which}_input`));
  const inputs = add(expandDims(before, 2), expandDims(own, 0));
  const [sources, positions, heads, dModel] = inputs.shape as [number, number, number, number];
  const flat = reshape(inputs, [sources * positions, heads, dModel]);
  const made = headsOfInputs(config, weights, layer, which, flat);
  return reshape(made, [sources, positions, heads, config.dHead]);
}

/** What a change of patterns does to the loss to first order: `Σ (A′ − A)·∂loss/∂A`, `[source, head]`. */
function effectOfScores(run: AttributedRun, layer: number, scores: Tensor): Tensor {
  const point = blockHook(layer, "attn.hook_pattern");
  const causal = run.config.attentionDir === "causal";
  const change = sub(softmax(scores, { causal }), expandDims(run.at(point), 0));
  return einsum("shqk,hqk->sh", change, run.slope(point));
}

function queryEffects(run: AttributedRun, layer: number): Tensor {
  const queries = changedHeads(run, layer, "q");
  const products = einsum("sqhe,khe->shqk", queries, run.at(blockHook(layer, "attn.hook_k")));
  return effectOfScores(run, layer, attentionScores(run.config, layer, products));
}

function keyEffects(run: AttributedRun, layer: number): Tensor {
  const { config } = run;
  const q = run.at(blockHook(layer, "attn.hook_q"));
  const ownProducts = einsum("qhe,khe->hqk", q, run.at(blockHook(layer, "attn.hook_k")));
  const own = expandDims(attentionScores(config, layer, ownProducts), 0);
  const products = einsum("qhe,skhe->shqk", q, changedHeads(run, layer, "k"));
  const changed = attentionScores(config, layer, products);
  const positions = q.shape[0]!;
  return Array.from({ length: positions }, (_, key) => {
    const isKey = constant(
      Array.from({ length: positions }, (_, k) => (k === key ? 1 : 0)),
      [positions],
    );
    return effectOfScores(run, layer, where(isKey, changed, own));
  }).reduce((total, effect) => add(total, effect));
}
