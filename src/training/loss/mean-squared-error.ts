import { mean, square, sub, type Tensor } from "../../engine/index.ts";

/**
 * Mean squared error over positions and outputs: `mean (outputs − targets)²`.
 *
 * `outputs [pos, output]`, `targets [pos, output]` → `[]` per sequence.
 */
export function meanSquaredError(outputs: Tensor, targets: Tensor): Tensor {
  return mean(square(sub(outputs, targets)));
}
