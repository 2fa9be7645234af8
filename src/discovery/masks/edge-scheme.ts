import { edgePlace } from "../../interventions/index.ts";
import { edgeMaskShapes, factoredForward, sourceHooks } from "../../transformer/index.ts";
import type { MaskScheme } from "./scheme.ts";

/**
 * A mask on every edge: destination v reads `Σ_u z(u,v)·Y(u) + (1 − z(u,v))·P(u) + Σ b_O`, with Y(u)
 * what source u computes in this pass and P(u) what it carries when it is ablated. One mask tensor
 * for each destination hook point; the value of an edge is that of its mask.
 */
export const edgeScheme: MaskScheme = {
  maskShapes: edgeMaskShapes,
  ablatedHooks: sourceHooks,
  forward: maskedForward(),
  edgeValues: (graph, values) =>
    Float64Array.from(graph.edges, (edge) => {
      const { hook, at } = edgePlace(graph, edge);
      return values.get(hook)![at]!;
    }),
};

/** The same, but for the first position, BOS, where nothing is ablated. */
export const edgeSchemeBehindBos: MaskScheme = {
  ...edgeScheme,
  forward: maskedForward((positions) => Array.from({ length: positions - 1 }, (_, i) => i + 1)),
};

/** Passes under masks that act at these of so many positions. Default: at all. */
function maskedForward(maskedAt?: (positions: number) => readonly number[]): MaskScheme["forward"] {
  return (config, weights, { tokens, masks, ablated, logitsAt }) => {
    const destinations = [...edgeMaskShapes(config).keys()];
    return factoredForward(config, weights, tokens, {
      masks: new Map(destinations.map((hook) => [hook, masks.get(hook)!])),
      patches: new Map(sourceHooks(config).map((hook) => [hook, ablated(hook)])),
      maskedAt: maskedAt?.(tokens.shape[0]!),
      logitsAt,
    }).logits;
  };
}
