import { concat, expandDims, mul, reshape, type Shape, type Tensor } from "../../engine/index.ts";
import { edgePlace } from "../../interventions/index.ts";
import {
  edgeMaskShapes,
  type HookName,
  headAxis,
  sourceHooks,
  type TransformerConfig,
} from "../../transformer/index.ts";
import { edgeScheme } from "./edge-scheme.ts";
import type { MaskScheme } from "./scheme.ts";

/** The shapes of the masks of what is written, by source hook point: `[head]`, or `[]`. */
function writeShapes(config: TransformerConfig): ReadonlyMap<HookName, Shape> {
  return new Map(
    sourceHooks(config).map((hook) => [hook, headAxis(hook) === undefined ? [] : [config.nHeads]]),
  );
}

/**
 * A mask on every edge and one on every source: source u writes `z(u)·Y(u) + (1 − z(u))·P(u)`, and
 * destination v reads `Σ_u z(u,v)·written(u) + (1 − z(u,v))·P(u) + Σ b_O`. So an edge's mask is in effect
 * `z(u)·z(u,v)`, which is also its value. (Edge Pruning, Bhaskar et al. 2024)
 */
export const readWriteScheme: MaskScheme = {
  maskShapes: (config) => new Map([...edgeMaskShapes(config), ...writeShapes(config)]),
  ablatedHooks: sourceHooks,
  forward: (config, weights, { masks, ...pass }) => {
    const writes = [...writeShapes(config)].map(([hook, shape]) =>
      shape.length === 0 ? expandDims(masks.get(hook)!, 0) : masks.get(hook)!,
    );
    const reads = [...edgeMaskShapes(config)].map(([hook, shape]): [HookName, Tensor] => {
      const own = firstOf(writes, shape[0]!);
      const factor = shape.length === 1 ? own : expandDims(own, 1);
      return [hook, mul(masks.get(hook)!, factor)];
    });
    return edgeScheme.forward(config, weights, { ...pass, masks: new Map(reads) });
  },
  edgeValues: (graph, values) =>
    Float64Array.from(graph.edges, (edge) => {
      const { hook, at } = edgePlace(graph, edge);
      const { node } = graph.sources[edge.source]!;
      return values.get(hook)![at]! * values.get(node.hook as HookName)![node.head ?? 0]!;
    }),
};

/** The masks of the first `count` sources, `[source]`, of those of all groups. */
function firstOf(groups: readonly Tensor[], count: number): Tensor {
  const taken: Tensor[] = [];
  let held = 0;
  for (const group of groups) {
    if (held === count) break;
    taken.push(group);
    held += group.shape[0]!;
  }
  return taken.length === 1 ? reshape(taken[0]!, [count]) : concat(taken, 0);
}
