import { add, div, mean, sqrt, square, sub, type Tensor } from "../engine/index.ts";
import { DEFAULT_EPS, type TransformerConfig } from "./config.ts";

/** What happens to the two steps of a normalisation: identity, or hooks. */
interface NormalizationHooks {
  readonly scale: (tensor: Tensor) => Tensor;
  readonly normalized: (tensor: Tensor) => Tensor;
}

const identity = (tensor: Tensor): Tensor => tensor;

/**
 * Layer normalisation without weights over the last axis (TransformerLens' `LNPre`):
 * `(x − mean) / scale` with `scale = √(mean((x − mean)²) + eps)`, `[..., dModel] → [..., dModel]`.
 */
export function layerNormPre(
  { eps = DEFAULT_EPS }: TransformerConfig,
  x: Tensor,
  hooks: NormalizationHooks = { scale: identity, normalized: identity },
): Tensor {
  const centred = sub(x, mean(x, -1, { keepDims: true }));
  const scale = hooks.scale(sqrt(add(mean(square(centred), -1, { keepDims: true }), eps)));
  return hooks.normalized(div(centred, scale));
}
