import { makeDirection } from "../direction.ts";
import { inParallel, type LinearMap } from "../linear.ts";
import { type Space, span } from "../space.ts";

/**
 * One attention head, in named directions. With `x` the residual stream `[pos, residual]`:
 *
 * `scores[query, key] = (x·P_left)·W_QK·(x·P_right)ᵀ` (no 1/√d), `out = softmax(scores)·(x·W_OV)`.
 */
export interface AttentionHead {
  /** The label of the node it computes. */
  readonly node: string;
  /** `W_QK` `[left, right]` as a map from query directions (`input`) to key directions (`output`). */
  readonly wQK: LinearMap;
  /** `W_OV` `[value, output]`. */
  readonly wOV: LinearMap;
}

/** One MLP without biases, in named directions: `out = relu(x·fst)·snd`. */
export interface Mlp {
  /** The labels of the nodes it computes. */
  readonly nodes: readonly string[];
  /** `[input, hidden]` */
  readonly fst: LinearMap;
  /** `[hidden, output]` */
  readonly snd: LinearMap;
}

/** What computes one node: a head, an MLP, or a head followed by an MLP. */
export type Component =
  | { readonly kind: "attention"; readonly head: AttentionHead }
  | { readonly kind: "mlp"; readonly mlp: Mlp }
  | { readonly kind: "attentionThenMlp"; readonly head: AttentionHead; readonly mlp: Mlp };

/** The direction every token has the value 1 in: the source of all constants. */
export const ONE = makeDirection("one");

/** The space a head reads and writes. */
export function spaceOfHead({ wQK, wOV }: AttentionHead): Space {
  return span(wQK.input, wQK.output, wOV.input, wOV.output);
}

/** The space an MLP reads and writes (without its hidden directions). */
export function spaceOfMlp({ fst, snd }: Mlp): Space {
  return span(fst.input, snd.output);
}

/**
 * Several MLPs side by side, as one. Hidden directions of the same name are merged and their
 * weights add up.
 */
export function combineMlps(mlps: readonly Mlp[]): Mlp {
  return Object.freeze({
    nodes: [...new Set(mlps.flatMap((mlp) => mlp.nodes))],
    fst: inParallel(mlps.map((mlp) => mlp.fst)),
    snd: inParallel(mlps.map((mlp) => mlp.snd)),
  });
}
