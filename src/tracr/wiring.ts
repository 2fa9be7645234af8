import { type AttentionHead, type Mlp, ONE } from "./craft/component.ts";
import { type Direction, directionKey } from "./direction.ts";
import type { Layer } from "./layers.ts";
import type { Settings } from "./options.ts";
import type { Space } from "./space.ts";

/**
 * Which names a head of the transformer reads and writes. Names are those of directions: labels
 * of graph nodes, and `<label>_selector_width_attn_output` for the head of a selector width.
 * The constants `one` and BOS are left out.
 */
export interface HeadWiring {
  readonly kind: "head";
  readonly layer: number;
  readonly head: number;
  /** The label of the node it computes. */
  readonly node: string;
  readonly query: readonly string[];
  readonly key: readonly string[];
  readonly value: readonly string[];
  readonly writes: readonly string[];
}

/** Which names the MLP of a layer reads and writes. */
export interface MlpWiring {
  readonly kind: "mlp";
  readonly layer: number;
  /** The labels of the nodes it computes. */
  readonly nodes: readonly string[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** Who reads and writes what, in order of execution. */
export type Wiring = readonly (HeadWiring | MlpWiring)[];

/** The wiring of all heads and MLPs. */
export function traceWiring(layers: readonly Layer[], { bos }: Settings): Wiring {
  const constants = new Set([ONE.key, directionKey("tokens", bos)]);
  const names = ({ directions }: Space): readonly string[] => {
    const isVariable = ({ key }: Direction) => !constants.has(key);
    return [...new Set(directions.filter(isVariable).map((direction) => direction.name))];
  };
  const wireHead = (
    { node, wQK, wOV }: AttentionHead,
    layer: number,
    head: number,
  ): HeadWiring => ({
    kind: "head",
    layer,
    head,
    node,
    query: names(wQK.input),
    key: names(wQK.output),
    value: names(wOV.input),
    writes: names(wOV.output),
  });
  const wireMlp = ({ nodes, fst, snd }: Mlp, layer: number): MlpWiring => ({
    kind: "mlp",
    layer,
    nodes,
    reads: names(fst.input),
    writes: names(snd.output),
  });
  return layers.flatMap(({ heads, mlp }, layer) => [
    ...heads.map((head, h) => wireHead(head, layer, h)),
    ...(mlp === undefined ? [] : [wireMlp(mlp, layer)]),
  ]);
}
