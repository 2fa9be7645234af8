import {
  add,
  div,
  less,
  mul,
  softmax,
  stopGradient,
  sub,
  type Tensor,
  where,
} from "../../engine/index.ts";
import {
  blockHook,
  type Hook,
  type HookName,
  type Hooks,
  hookNames,
  type TransformerConfig,
} from "../../transformer/index.ts";

/*
 * Hooks that change what flows backwards through a transformer, and nothing that flows forwards.
 */

/** A value with the gradient of another tensor of its shape. */
function withGradientOf(other: Tensor, value: Tensor): Tensor {
  return add(other, stopGradient(sub(value, other)));
}

/** x, whose gradient is multiplied by a factor. */
export function scaledGradient(x: Tensor, factor: number | Tensor): Tensor {
  return add(mul(x, factor), stopGradient(mul(x, sub(1, factor))));
}

/** The same hook at a point of every block. */
const inBlocks = (
  { nLayers }: TransformerConfig,
  hooksOf: (layer: number) => readonly (readonly [HookName, Hook])[],
): Hooks => new Map(Array.from({ length: nLayers }, (_, layer) => hooksOf(layer)).flat());

/** Normalisations whose scale counts as a constant; that they centre still has a gradient. */
export function frozenNormalizations(config: TransformerConfig): Hooks {
  const scales = hookNames(config).filter((name) => name.endsWith("hook_scale"));
  return new Map(scales.map((name) => [name, stopGradient]));
}

/** Attention patterns that count as constants. */
export function frozenPatterns(config: TransformerConfig): Hooks {
  return inBlocks(config, (layer) => [[blockHook(layer, "attn.hook_pattern"), stopGradient]]);
}

/** What keeps the ratio act(x)/x finite at 0. */
const AWAY_FROM_ZERO = 1e-6;

/**
 * Activation functions whose gradient is act(x)/x, as if they were multiplications; x is moved away from 0
 * by 1e-6. ReLU is one already.
 */
export function proportionalActivations(config: TransformerConfig): Hooks {
  if (config.actFn === "relu") return {};
  return inBlocks(config, (layer) => {
    let before: Tensor;
    return [
      [
        blockHook(layer, "mlp.hook_pre"),
        (x) => {
          before = x;
          return undefined;
        },
      ],
      [
        blockHook(layer, "mlp.hook_post"),
        (y) => {
          const moved = where(
            less(before, 0),
            sub(before, AWAY_FROM_ZERO),
            add(before, AWAY_FROM_ZERO),
          );
          return withGradientOf(mul(before, stopGradient(div(y, moved))), y);
        },
      ],
    ];
  });
}

/** Attention whose softmax has the gradient that it would have at a temperature T, times T. */
export function temperedPatterns(config: TransformerConfig, temperature: number): Hooks {
  return inBlocks(config, (layer) => {
    let scores: Tensor;
    return [
      [
        blockHook(layer, "attn.hook_attn_scores"),
        (x) => {
          scores = x;
          return undefined;
        },
      ],
      [
        blockHook(layer, "attn.hook_pattern"),
        (pattern) => {
          const tempered = softmax(scores, { scale: 1 / temperature });
          return withGradientOf(mul(tempered, temperature), pattern);
        },
      ],
    ];
  });
}

/** Hook points of every block whose gradients are multiplied by a factor each. */
export function scaledGradients(
  config: TransformerConfig,
  factors: Readonly<
    Partial<Record<"attn.hook_q" | "attn.hook_k" | "attn.hook_v" | "mlp.hook_pre", number>>
  >,
): Hooks {
  const scaled = Object.entries(factors) as [keyof typeof factors, number][];
  return inBlocks(config, (layer) =>
    scaled.map(([point, factor]) => [
      blockHook(layer, point),
      (x) => (factor === 1 ? undefined : scaledGradient(x, factor)),
    ]),
  );
}
