import {
  constant,
  einsum,
  mul,
  softmax,
  stack,
  sub,
  type Tensor,
  where,
} from "../../engine/index.ts";
import {
  attentionScores,
  blockHook,
  edgeMaskShapes,
  type HookName,
  type TransformerConfig,
} from "../../transformer/index.ts";
import { type AttributedRun, type EffectRule, sourcesBefore } from "../attribution/effects.ts";
import type { Span } from "./spans.ts";

/** What a head takes from another position: its query, key or value there. */
export const CROSSING_INPUTS = ["q", "k", "v"] as const;
export type CrossingInput = (typeof CROSSING_INPUTS)[number];

/** Where a rule puts the effects of what heads take from spans: `[head, query, span]`. */
export const crossingHook = (layer: number, input: CrossingInput): HookName =>
  blockHook(layer, `attn.hook_${input}`);

/**
 * Effects at each position. Of edges, `⟨∂loss/∂in(v), P(u) − C(u)⟩` at a position: `[source, pos]`, of heads
 * `[source, head, pos]`. Within a head, of what it takes from a span of positions for a query position: the change of
 * `z` at the query, times its gradient, where alone the values in the span, the keys there, or the query for those keys
 * are those of the ablated run, and the softmax is computed anew, once for the span: `[head, query, span]`.
 */
export const positionEffects = (spans: readonly Span[]): EffectRule => ({
  key: `positions ${spans.map(({ start, end }) => `${start}-${end}`).join(" ")}`,
  hooks: (config) => [
    ...edgeMaskShapes(config).keys(),
    ...eachLayer(config).flatMap((layer): HookName[] => [
      ...CROSSING_INPUTS.map((input) => crossingHook(layer, input)),
      blockHook(layer, "attn.hook_pattern"),
      blockHook(layer, "attn.hook_z"),
    ]),
  ],
  effects: (run) => {
    const { config, slope, differences } = run;
    const alongPositions = Array.from(
      edgeMaskShapes(config),
      ([hook, [count = 0, heads]]): [HookName, Tensor] => {
        const spec = heads === undefined ? "spd,pd->sp" : "spd,phd->shp";
        return [hook, einsum(spec, sourcesBefore(differences, count), slope(hook))];
      },
    );
    const crossing = eachLayer(config).flatMap((layer) => crossings(run, layer, spans));
    return new Map([...alongPositions, ...crossing]);
  },
});

const eachLayer = ({ nLayers }: TransformerConfig) =>
  Array.from({ length: nLayers }, (_, layer) => layer);

/** What heads of a block take from spans, `[head, query, span]` each. */
function crossings(
  run: AttributedRun,
  layer: number,
  spans: readonly Span[],
): [HookName, Tensor][] {
  const hook = (input: CrossingInput) => crossingHook(layer, input);
  const [q, k, v] = CROSSING_INPUTS.map((input) => run.at(hook(input))) as [Tensor, Tensor, Tensor];
  const pattern = run.at(blockHook(layer, "attn.hook_pattern"));
  const slope = run.slope(blockHook(layer, "attn.hook_z"));
  const scoresOf = (queries: Tensor, keys: Tensor) =>
    attentionScores(run.config, layer, einsum("qhe,khe->hqk", queries, keys));
  const own = scoresOf(q, k);
  /** What attending to a key is worth to a query, `[head, query, key]`. */
  const worth = (values: Tensor) => einsum("qhe,khe->hqk", slope, values);
  const causal = run.config.attentionDir === "causal";
  const positions = q.shape[0]!;
  /** Whether a key is in a span, `[span]` of `[key]`. */
  const within = spans.map(({ start, end }) =>
    Array.from({ length: positions }, (_, key) => (key >= start && key < end ? 1 : 0)),
  );
  /** Of scores that are other ones at the keys of a span. */
  const ofScores = (changed: Tensor) =>
    stack(
      within.map((keys) => {
        const patched = where(constant(keys, [positions]), changed, own);
        return einsum("hqk,hqk->hq", sub(softmax(patched, { causal }), pattern), worth(v));
      }),
      2,
    );
  const ofValues = mul(pattern, worth(sub(run.ablated(hook("v")), v)));
  const isWithin = constant(within.flat(), [spans.length, positions]);
  return [
    [hook("q"), ofScores(scoresOf(run.ablated(hook("q")), k))],
    [hook("k"), ofScores(scoresOf(q, run.ablated(hook("k"))))],
    [hook("v"), einsum("hqk,sk->hqs", ofValues, isWithin)],
  ];
}
