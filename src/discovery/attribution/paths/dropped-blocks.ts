import {
  blockHook,
  type Hook,
  type HookName,
  type TransformerConfig,
} from "../../../transformer/index.ts";
import { scaledGradient } from "../gradient-rules.ts";
import type { AttributionPath } from "../path.ts";

/** Scalar: what the gradient of what a block writes counts, 0 or 1. */
const keptName = (layer: number) => `kept:${layer}`;

/**
 * Runs in which one block after the other lets no gradient through: its residual writes count as constants
 * (GradDrop, Kramár et al. 2024). The sizes of each row's effects are averaged, over rows and
 * `1/(L − 1) Σ_l |effect in the run of l|` over the L blocks: an edge has an effect in all of them but its own.
 */
export function dropPath({ nLayers }: TransformerConfig): AttributionPath {
  const layers = Array.from({ length: nLayers }, (_, layer) => layer);
  return {
    key: "dropped blocks",
    hooks: ({ scalar }) =>
      new Map(
        layers.flatMap((layer): [HookName, Hook][] => {
          const kept: Hook = (x) => scaledGradient(x, scalar(keptName(layer)));
          return [
            [blockHook(layer, "hook_attn_out"), kept],
            [blockHook(layer, "hook_mlp_out"), kept],
          ];
        }),
      ),
    differencesFrom: "clean",
    averages: "sizes",
    runs: layers.map((dropped) => ({
      scalars: Object.fromEntries(layers.map((l) => [keptName(l), l === dropped ? 0 : 1])),
      weight: 1 / (nLayers - 1),
      alpha: 0,
    })),
  };
}

/** The clean run alone, of which the sizes of each row's effects are averaged. */
export const sizesPath: AttributionPath = {
  key: "sizes",
  hooks: () => ({}),
  differencesFrom: "run",
  averages: "sizes",
  runs: [{ scalars: {}, weight: 1, alpha: 0 }],
};
