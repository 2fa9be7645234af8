import {
  abs,
  add,
  div,
  einsum,
  gelu,
  geluNew,
  greater,
  less,
  mean,
  mul,
  type Operand,
  relu,
  sub,
  type Tensor,
  tanh,
  where,
} from "../../engine/index.ts";
import {
  type Activation,
  blockHook,
  type HookName,
  type TransformerConfig,
  type WeightTensors,
} from "../../transformer/index.ts";
import type { Signs } from "./choices.ts";

/** A tensor as the sum of what a source is responsible for, and the rest. */
export interface Parts {
  readonly rel: Tensor;
  readonly irrel: Tensor;
}

/** A run of one row: what passes at its hook points, and its weights. */
export interface DecomposedRun {
  readonly config: TransformerConfig;
  readonly weights: WeightTensors;
  readonly at: (hook: HookName) => Tensor;
  readonly signs: Signs;
}

/** The hook points of a run that its decomposition reads, from a block on. */
export function decomposedHooks({ nLayers, normalization }: TransformerConfig): HookName[] {
  const isNormalized = normalization === "LNPre";
  const blocks = Array.from({ length: nLayers }, (_, block) => [
    blockHook(block, "attn.hook_pattern"),
    blockHook(block, "attn.hook_z"),
    blockHook(block, "hook_resid_pre"),
    blockHook(block, "hook_mlp_out"),
    ...(isNormalized
      ? [blockHook(block, "ln1.hook_scale"), blockHook(block, "ln2.hook_scale")]
      : []),
  ]);
  return [...blocks.flat(), ...(isNormalized ? (["ln_final.hook_scale"] as const) : [])];
}

/** Where parts differ in sign, the larger one becomes the sum and the other 0. */
function resolved({ rel, irrel }: Parts, signs: Signs): Parts {
  if (signs === "keep") return { rel, irrel };
  const differ = less(mul(rel, irrel), 0);
  const isLarger = greater(abs(rel), abs(irrel));
  const total = add(rel, irrel);
  return {
    rel: where(differ, where(isLarger, total, 0), rel),
    irrel: where(differ, where(isLarger, 0, total), irrel),
  };
}

/** Keeps the division by sizes finite where both are 0. */
const TINY = 1e-8;

/** A linear map of both parts; a bias is split by the sizes of what it is added to. */
function linear({ rel, irrel }: Parts, map: (x: Tensor) => Tensor, bias?: Tensor): Parts {
  const [r, i] = [map(rel), map(irrel)];
  if (bias === undefined) return { rel: r, irrel: i };
  const share = div(abs(r), add(add(abs(r), abs(i)), TINY));
  return { rel: add(r, mul(bias, share)), irrel: add(i, mul(bias, sub(1, share))) };
}

/** A function of the sum: the rest has its own value, and the source what that leaves. */
function nonlinear({ rel, irrel }: Parts, f: (x: Tensor) => Tensor): Parts {
  const rest = f(irrel);
  return { rel: sub(f(add(rel, irrel)), rest), irrel: rest };
}

const added = (a: Parts, b: Parts): Parts => ({
  rel: add(a.rel, b.rel),
  irrel: add(a.irrel, b.irrel),
});

const ACTIVATIONS: { readonly [A in Activation]: (x: Operand) => Tensor } = {
  relu,
  gelu,
  gelu_new: geluNew,
};

/** The passes of parts through the transformer, sublayer by sublayer. */
export function decomposition({ config, weights, at, signs }: DecomposedRun) {
  const settle = (parts: Parts) => resolved(parts, signs);
  const weight = (block: number, name: string) => weights.get(`blocks.${block}.${name}`)!;
  const normalized = (parts: Parts, scale: HookName): Parts => {
    if (config.normalization !== "LNPre") return parts;
    const centred = (x: Tensor) => sub(x, mean(x, -1, { keepDims: true }));
    return settle(linear(parts, (x) => div(centred(x), at(scale))));
  };
  return {
    /** What the heads of a block compute, `[pos, head, dHead]`, of the stream that they read. */
    heads(block: number, stream: Parts): Parts {
      const read = normalized(stream, blockHook(block, "ln1.hook_scale"));
      const W_V = weight(block, "attn.W_V");
      const v = settle(
        linear(read, (x) => einsum("pd,hde->phe", x, W_V), weight(block, "attn.b_V")),
      );
      const pattern = at(blockHook(block, "attn.hook_pattern"));
      return settle(linear(v, (x) => einsum("hqk,khe->qhe", pattern, x)));
    },
    /** The stream behind the heads, of the stream before them and what they compute. */
    behindHeads(block: number, stream: Parts, z: Parts): Parts {
      const W_O = weight(block, "attn.W_O");
      const out = linear(z, (x) => einsum("phe,hed->pd", x, W_O), weight(block, "attn.b_O"));
      return settle(added(stream, settle(out)));
    },
    /** What the MLP of a block writes, `[pos, dModel]`. */
    mlp(block: number, stream: Parts): Parts {
      const read = normalized(stream, blockHook(block, "ln2.hook_scale"));
      const W_in = weight(block, "mlp.W_in");
      const pre = settle(
        linear(read, (x) => einsum("pd,dm->pm", x, W_in), weight(block, "mlp.b_in")),
      );
      const post = settle(nonlinear(pre, ACTIVATIONS[config.actFn]));
      const W_out = weight(block, "mlp.W_out");
      return settle(linear(post, (x) => einsum("pm,md->pd", x, W_out), weight(block, "mlp.b_out")));
    },
    /** The stream behind an MLP. */
    behindMlp: (stream: Parts, out: Parts): Parts => settle(added(stream, out)),
    /** The logits, `[pos, class]`. */
    logits(stream: Parts): Parts {
      const read = normalized(stream, "ln_final.hook_scale");
      const W_U = weights.get("unembed.W_U")!;
      const logits = settle(
        linear(read, (x) => einsum("pd,dv->pv", x, W_U), weights.get("unembed.b_U")!),
      );
      const cap = config.outputLogitsSoftCap;
      return cap === undefined
        ? logits
        : settle(nonlinear(logits, (x) => mul(tanh(mul(x, 1 / cap)), cap)));
    },
  };
}

/** Parts of which the source is responsible for nothing. */
export const allIrrelevant = (total: Tensor): Parts => ({ rel: mul(total, 0), irrel: total });
