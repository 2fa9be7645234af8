import { einsum, type Tensor } from "../../engine/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import type { TransformerConfig, WeightTensors } from "../../transformer/index.ts";

/** What of the residual stream a weight has to do with: `[…, d]` is written to it, `[d, …]` read from it. */
const MAPS: Readonly<Record<string, string>> = {
  W_E: "vd,dc->vc",
  W_pos: "pd,dc->pc",
  W_Q: "hde,dc->hce",
  W_K: "hde,dc->hce",
  W_V: "hde,dc->hce",
  W_O: "hed,dc->hec",
  b_O: "d,dc->c",
  W_in: "dm,dc->cm",
  W_out: "md,dc->mc",
  b_out: "d,dc->c",
  W_U: "dv,dc->cv",
};

/**
 * The weights of the transformer whose residual stream is that of another through a matrix
 * `W [d, c]`: everything that writes to the stream writes `x·W` (d → c), everything that reads it reads
 * `y·Wᵀ` (c → d). As both are linear they become one with the weights beside them, `W_E·W`, `Wᵀ·W_Q`,
 * …: a plain transformer of width c, with the same heads and neurons.
 *
 * Throws `E_CONFIG` where the stream is normalised, which is no linear map.
 */
export function mapResidual(
  { normalization }: TransformerConfig,
  weights: WeightTensors,
  matrix: Tensor,
): WeightTensors {
  if (normalization !== "none") {
    throw new InterpBenchError("E_CONFIG", "a normalised residual stream cannot be mapped", {
      at: "normalization",
      expected: "none",
      received: normalization,
    });
  }
  return new Map(
    [...weights].map(([key, weight]) => {
      const map = MAPS[key.slice(key.lastIndexOf(".") + 1)];
      return [key, map === undefined ? weight : einsum(map, weight, matrix)];
    }),
  );
}
