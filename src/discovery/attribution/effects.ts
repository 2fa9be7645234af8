import { concat, einsum, type Tensor } from "../../engine/index.ts";
import { asSources } from "../../interventions/index.ts";
import {
  blockHook,
  edgeMaskShapes,
  type HookName,
  parseHookName,
  type SourceHook,
  sourceHooks,
  type TransformerConfig,
  type WeightTensors,
} from "../../transformer/index.ts";
import type { MlpGradient } from "./declarations.ts";

/** A run on a path as effects are read off it, for one row. */
export interface AttributedRun {
  readonly config: TransformerConfig;
  readonly weights: WeightTensors;
  /** What passes at one of the rule's hook points. */
  at(hook: HookName): Tensor;
  /** The gradient of the loss in what passes there. */
  slope(hook: HookName): Tensor;
  /** What passes there where it is ablated. */
  ablated(hook: HookName): Tensor;
  /** What ablating changes of what sources write, in groups by hook point, `[source, pos, dModel]` each. */
  readonly differences: readonly Tensor[];
}

/** How the effects of edges, or of nodes, are read off a run. */
export interface EffectRule {
  /** What it computes, as a path's: rules of one key share their programs. */
  readonly key?: string;
  /** The hook points whose values or gradients it reads. */
  hooks(config: TransformerConfig): readonly HookName[];
  /**
   * The effects in one row by hook point: `[source, head]` or `[source]` of the edges into a destination,
   * `[node]` of the nodes that write there.
   */
  effects(run: AttributedRun): ReadonlyMap<HookName, Tensor>;
}

/** The first `count` sources of differences in groups, `[source, pos, dModel]`. */
export function sourcesBefore(differences: readonly Tensor[], count: number): Tensor {
  let [held, used] = [0, 0];
  while (held < count) held += differences[used++]!.shape[0]!;
  return concat(differences.slice(0, used), 0);
}

/** To first order, of edges: `Σ_pos ⟨∂loss/∂in(v), P(u) − Y(u)⟩`. */
export const edgeEffects: EffectRule = {
  key: "edges",
  hooks: (config) => [...edgeMaskShapes(config).keys()],
  effects: ({ config, slope, differences }) =>
    new Map(
      Array.from(edgeMaskShapes(config), ([hook, [count = 0, heads]]) => {
        const spec = heads === undefined ? "spd,pd->s" : "spd,phd->sh";
        return [hook, einsum(spec, sourcesBefore(differences, count), slope(hook))];
      }),
    ),
};

/**
 * To first order, of nodes: `Σ_pos ⟨∂loss/∂out(u), P(u) − Y(u)⟩`, what the edges out of u have together.
 *
 * @param mlpGradient `input` is what the EAP-IG library did up to May 2026 (commit 91643d9), and MIB
 */
export function nodeEffects(mlpGradient: MlpGradient = "output"): EffectRule {
  const pointOf = (config: TransformerConfig, hook: SourceHook): HookName => {
    const { layer, hook: place } = parseHookName(config, hook);
    return mlpGradient === "input" && place === "hook_mlp_out"
      ? blockHook(layer!, "hook_mlp_in")
      : hook;
  };
  return {
    key: `nodes ${mlpGradient}`,
    hooks: (config) => sourceHooks(config).map((hook) => pointOf(config, hook)),
    effects: ({ config, slope, differences }) =>
      new Map(
        sourceHooks(config).map((hook, i) => {
          const gradient = asSources(slope(pointOf(config, hook)));
          return [hook, einsum("spd,spd->s", differences[i]!, gradient)];
        }),
      ),
  };
}
