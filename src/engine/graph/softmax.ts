import { InterpBenchError } from "../../errors/index.ts";
import { assertIdPerRow, assertLastAxis, formatShape } from "./shape.ts";
import { node, type SoftmaxFacts, type Tensor } from "./tensor.ts";

/** What a softmax is of, see {@link SoftmaxFacts}. */
export type SoftmaxOptions = Partial<SoftmaxFacts>;

/**
 * e^(s·x) / Σ e^(s·x) over the last axis; entries of −∞ become 0.
 *
 * `scale` is s, default 1. With `causal` (default `false`) the last two axes are `[query, key]` of
 * one size, and query i sees the keys 0…i: the others count as −∞. Throws `E_SHAPE` for an empty
 * last axis, or when a causal softmax's last two axes differ.
 */
export function softmax(x: Tensor, { scale = 1, causal = false }: SoftmaxOptions = {}): Tensor {
  assertLastAxis(x.shape, "softmax");
  if (causal && x.shape.at(-2) !== x.shape.at(-1)) {
    throw new InterpBenchError("E_SHAPE", "a causal softmax needs as many queries as keys", {
      expected: "[..., pos, pos]",
      received: formatShape(x.shape),
    });
  }
  return node({ kind: "softmax", scale, causal }, [x], x.shape);
}

/**
 * The gradient of a softmax y for the gradient g at its value: `s·y·(g − Σ g·y)`, the sum over the
 * last axis. `g`, `y` `[...]` of one shape.
 */
export function softmaxGradient(g: Tensor, y: Tensor, { scale, causal }: SoftmaxFacts): Tensor {
  return node({ kind: "softmaxGradient", scale, causal }, [g, y], y.shape);
}

/** x − log Σ eˣ over the last axis. Throws `E_SHAPE` when that is empty. */
export function logSoftmax(x: Tensor): Tensor {
  assertLastAxis(x.shape, "logSoftmax");
  return node({ kind: "logSoftmax" }, [x], x.shape);
}

/**
 * −log softmax(x)[id] over the last axis, in nats: `logits [..., n]`, `ids [...]` → `[...]`.
 *
 * Ids are whole numbers in `0 ≤ id < n`, held as floats; another id gives NaN. Throws `E_SHAPE`
 * when there is not one id for each row.
 */
export function crossEntropy(logits: Tensor, ids: Tensor): Tensor {
  assertIdPerRow(logits.shape, ids.shape, "crossEntropy");
  return node({ kind: "crossEntropy" }, [logits, ids], ids.shape);
}

/**
 * The gradient of a cross-entropy for the gradient g at its value, with respect to the logits:
 * `g·(softmax(x) − onehot(id))`. `g`, `ids` `[...]`, `logits [..., n]` → `[..., n]`. The softmax is
 * taken of the logits: large ones leave no digits of log Σ eˣ in the cross-entropy's value.
 */
export function crossEntropyGradient(g: Tensor, logits: Tensor, ids: Tensor): Tensor {
  return node({ kind: "crossEntropyGradient" }, [g, logits, ids], logits.shape);
}
