import { add, constant, mul, parameter, scalar, sum, type Tensor } from "../../engine/index.ts";
import type { TransformerConfig } from "../../transformer/index.ts";
import { hardConcrete, openProbability } from "../masks/hard-concrete.ts";
import { type MaskedRun, maskSlots } from "../masks/masked-run.ts";
import type { MaskScheme } from "../masks/scheme.ts";

/** Parameter `[mask]`: the logits θ of all masks, one tensor after the other. */
export const MASK_LOGITS = "maskLogits";
/** Scalar `[mask]`: the noise of the step's draw. */
export const NOISE = "noise";
/** Scalar `[]`: λ, what the penalty counts. */
export const LAMBDA = "lambda";

/** What masks are trained on, `[]` each, shared. */
export interface ProbingGraph {
  /** The parameter θ, `[mask]`. */
  readonly maskLogits: Tensor;
  /** The distance from the target under one draw of the masks, mean over the rows. */
  readonly distance: Tensor;
  /** The expected share of masks that are not 0: mean over mask tensors of their means. */
  readonly penalty: Tensor;
  /** `distance + λ·penalty`. */
  readonly loss: Tensor;
}

/**
 * The loss of one step: one draw of all masks, shared by the rows, one forward pass.
 *
 * Inputs: those of a masked run, {@link MASK_LOGITS}, {@link NOISE}, {@link LAMBDA}.
 */
export function probingGraph(
  scheme: MaskScheme,
  config: TransformerConfig,
  run: MaskedRun,
): ProbingGraph {
  const slots = maskSlots(scheme, config);
  const { count } = run;
  const maskLogits = parameter(MASK_LOGITS, [count]);
  const drawn = hardConcrete(maskLogits, scalar(NOISE, [count]));
  const distance = run.distance(drawn);
  const shares = slots.flatMap(({ start, end }) =>
    new Array<number>(end - start).fill(1 / ((end - start) * slots.length)),
  );
  const penalty = sum(mul(openProbability(maskLogits), constant(shares, [count])));
  return { maskLogits, distance, penalty, loss: add(distance, mul(penalty, scalar(LAMBDA))) };
}
