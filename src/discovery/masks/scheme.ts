import type { ComputationalGraph } from "../../circuit/index.ts";
import type { Shape, Tensor } from "../../engine/index.ts";
import type {
  HookName,
  LogitsAt,
  TransformerConfig,
  WeightTensors,
} from "../../transformer/index.ts";

/** What a masked forward pass is made of, besides the transformer. */
export interface MaskedPass {
  readonly tokens: Tensor;
  /** Masks by hook point, shapes as {@link MaskScheme.maskShapes}: 1 keeps, 0 ablates. */
  readonly masks: ReadonlyMap<HookName, Tensor>;
  /** What a hook point carries where it is ablated. */
  readonly ablated: (hook: HookName) => Tensor;
  readonly logitsAt: LogitsAt;
}

/** A number for every mask, row-major by hook point. */
export type MaskValues = ReadonlyMap<HookName, ArrayLike<number>>;

/** What has a mask, and what masks mean. */
export interface MaskScheme {
  /** The shapes of all mask tensors by hook point. */
  maskShapes(config: TransformerConfig): ReadonlyMap<HookName, Shape>;
  /** The hook points whose ablated values a pass needs. */
  ablatedHooks(config: TransformerConfig): readonly HookName[];
  /** The logits of a pass under masks, `[pos, class]` as `logitsAt` says. */
  forward(config: TransformerConfig, weights: WeightTensors, pass: MaskedPass): Tensor;
  /** What the values of masks say about edges, `[edge]` in the order of the graph. */
  edgeValues(graph: ComputationalGraph, values: MaskValues): Float64Array;
}
