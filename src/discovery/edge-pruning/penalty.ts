import { add, mul, square, stopGradient, sub, type Tensor } from "../../engine/index.ts";

/**
 * `2·x̄ − x` with x̄ a copy that gets no gradient: the same number, with the opposite slope. A loss that reads
 * it is climbed in x by the step that descends it in everything else.
 */
export function ascending(x: Tensor): Tensor {
  return sub(mul(stopGradient(x), 2), x);
}

/**
 * The Lagrangian of a sparsity s that is to be t: `λ₁·(s − t) + λ₂·(s − t)²`, descended in s and climbed in
 * both multipliers, so that these grow for as long as s is below t. `[]`. (Edge Pruning, Bhaskar et al. 2024,
 * after Wang, Wohlwend & Lei 2020)
 */
export function sparsityPenalty(
  sparsity: Tensor,
  target: Tensor,
  [first, second]: readonly [Tensor, Tensor],
): Tensor {
  const gap = sub(sparsity, target);
  return add(mul(ascending(first), gap), mul(ascending(second), square(gap)));
}

/** What a step is given of how far training is. */
export interface StepSchedule {
  readonly learningRate: number;
  /** The share of the final target that is wanted by now. */
  readonly targetShare: number;
}

/** When rates and targets are what. */
export interface Schedule {
  readonly steps: number;
  readonly lr: number;
  /** The share of the steps in which the learning rate rises from 0; it falls to 0 in the others. */
  readonly lrWarmup: number;
  /** The share of the steps in which the target rises from 0. */
  readonly targetWarmup: number;
}

/** The schedule at a step, the first being 0: everything is linear. */
export function scheduleAt(
  { steps, lr, lrWarmup, targetWarmup }: Schedule,
  step: number,
): StepSchedule {
  const rise = Math.round(lrWarmup * steps);
  const done = step + 1;
  const rate = done <= rise ? done / rise : (steps - step) / Math.max(1, steps - rise);
  const grown = targetWarmup * steps;
  return { learningRate: lr * rate, targetShare: grown === 0 ? 1 : Math.min(1, step / grown) };
}
