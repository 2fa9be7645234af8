import { InterpBenchError } from "../../errors/index.ts";
import { add, div, minimum, mul, sqrt, square } from "../graph/elementwise.ts";
import { sum } from "../graph/reductions.ts";
import type { Tensor } from "../graph/tensor.ts";

/** PyTorch's guard against dividing by a norm of 0. */
const NORM_EPSILON = 1e-6;

/** √(Σ of all squares): the length of several shared tensors taken as one vector. `[]`. */
export function globalNorm(tensors: readonly Tensor[]): Tensor {
  const [first, ...rest] = tensors.map((tensor) => sum(square(tensor)));
  if (first === undefined) {
    throw new InterpBenchError("E_SHAPE", "the norm of no tensors is not defined");
  }
  return sqrt(rest.reduce(add, first));
}

/** Gradients after clipping, and how long they were before. */
export interface ClippedGradients {
  readonly gradients: Tensor[];
  /** The global norm before clipping, `[]`. */
  readonly norm: Tensor;
}

/**
 * Scales gradients down together when their global norm exceeds `maxNorm`:
 * `g · min(1, maxNorm / (norm + 1e-6))`, as `torch.nn.utils.clip_grad_norm_`.
 */
export function clipByGlobalNorm(gradients: readonly Tensor[], maxNorm: number): ClippedGradients {
  const norm = globalNorm(gradients);
  const coefficient = minimum(1, div(maxNorm, add(norm, NORM_EPSILON)));
  return { gradients: gradients.map((gradient) => mul(gradient, coefficient)), norm };
}
