import { gradients } from "../autodiff/gradients.ts";
import { sizeOf } from "../graph/shape.ts";
import type { Tensor } from "../graph/tensor.ts";
import { concat, reshape } from "../graph/views.ts";
import type { Update } from "../program/program.ts";
import { type AdamOptions, adam } from "./adam.ts";
import { clipByGlobalNorm, globalNorm } from "./clipping.ts";

/** A parameter that learns, as a loss reads it. */
export interface Learned {
  readonly parameter: Tensor;
  /**
   * Tensors that are the parameter `[size]`, one after the other and each flattened, where a loss reads
   * those: its gradient is made of theirs. Default: the parameter itself.
   */
  readonly parts?: readonly Tensor[];
}

/** How a step is made. */
export interface StepOptions {
  readonly adam: AdamOptions;
  /** The largest global norm of the gradients; longer ones are scaled down. Default: any. */
  readonly clip?: number;
}

/** One step of learning, as graph. */
export interface OptimizerStep {
  /** The new parameters and Adam's moments of them. */
  readonly updates: readonly Update[];
  /** The global norm of the gradients before clipping, `[]`. */
  readonly gradientNorm: Tensor;
}

/**
 * One step against a loss for everything that learns, weights as well as masks: the loss's gradients,
 * clipped to a global norm, and Adam's update. Its moments and scalars are those of {@link adam}.
 *
 * ```ts
 * const { updates } = optimizerStep([{ parameter: masks }], loss, { adam: PYTORCH_ADAM });
 * const program = compile({ outputs: { loss }, updates });
 * ```
 *
 * @param loss `[]`, shared
 */
export function optimizerStep(
  parameters: readonly Learned[],
  loss: Tensor,
  { adam: options, clip }: StepOptions,
): OptimizerStep {
  const read = parameters.map(({ parameter, parts = [parameter] }) => parts);
  const slopes = gradients(loss, read.flat());
  let used = 0;
  const own = parameters.map(({ parts }, i) => {
    const start = used;
    used += read[i]!.length;
    if (parts === undefined) return slopes[start]!;
    const flat = slopes.slice(start, used).map((slope) => reshape(slope, [sizeOf(slope.shape)]));
    return concat(flat, 0);
  });
  const clipped =
    clip === undefined ? { gradients: own, norm: globalNorm(own) } : clipByGlobalNorm(own, clip);
  const updates = adam(
    parameters.map(({ parameter }) => parameter),
    clipped.gradients,
    options,
  );
  return { updates, gradientNorm: clipped.norm };
}
