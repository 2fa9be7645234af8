import { add, mul, sub, type Tensor } from "../../../engine/index.ts";

/** `(1 − α)·from + α·to`, α a number of the run. */
export function between(alpha: Tensor, from: Tensor, to: Tensor): Tensor {
  return add(mul(from, sub(1, alpha)), mul(to, alpha));
}
