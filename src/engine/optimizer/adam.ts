import { InterpBenchError } from "../../errors/index.ts";
import { add, div, mul, sqrt, square, sub } from "../graph/elementwise.ts";
import { parameter, scalar } from "../graph/inputs.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Update } from "../program/program.ts";

/** Decay rates and guard of Adam. */
export interface AdamOptions {
  /** Decay of the mean of gradients. */
  readonly beta1: number;
  /** Decay of the mean of squared gradients. */
  readonly beta2: number;
  /** Added to the root of the mean square. */
  readonly epsilon: number;
  /** Share of the parameter that a step of learning rate 1 takes away (AdamW). Default 0. */
  readonly weightDecay?: number;
}

/** PyTorch's: β = (0.9, 0.999), ε = 1e-8. */
export const PYTORCH_ADAM: AdamOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Name of the scalar input with the learning rate, divided by `1 − β₁ᵗ`. */
const STEP_SIZE = "adam:stepSize";
/** Name of the scalar input with `√(1 − β₂ᵗ)`. */
const ROOT_CORRECTION = "adam:rootCorrection";
/** Name of the scalar input with what decay leaves of a parameter, `1 − η·weightDecay`; where it decays. */
const KEPT_SHARE = "adam:keptShare";

/** Names of the buffers with the moments of a parameter. */
export function momentNames(parameterName: string): { first: string; second: string } {
  return { first: `adam:m:${parameterName}`, second: `adam:v:${parameterName}` };
}

function nameOf(tensor: Tensor): string {
  if (tensor.op.kind === "input" && tensor.op.source === "parameter") return tensor.op.name;
  throw new InterpBenchError("E_PROGRAM", "only parameters can be optimised", {
    expected: "tensors made by parameter()",
    received: tensor.op.kind,
  });
}

/**
 * The updates of one Adam step (Kingma & Ba 2015) for any list of parameters and their gradients:
 *
 * `m ← β₁m + (1 − β₁)g`, `v ← β₂v + (1 − β₂)g²`,
 * `w ← w − η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)`.
 *
 * The moments are further parameters of the program, named by {@link momentNames}, 0 before the
 * first step; the scalars of a run come from {@link adamScalars}. With weight decay the step starts
 * from `w·(1 − η·weightDecay)`, whatever the gradient (AdamW, Loshchilov & Hutter 2019).
 */
export function adam(
  parameters: readonly Tensor[],
  gradients: readonly Tensor[],
  { beta1, beta2, epsilon, weightDecay = 0 }: AdamOptions,
): Update[] {
  const [stepSize, rootCorrection] = [scalar(STEP_SIZE), scalar(ROOT_CORRECTION)];
  const keptShare = weightDecay === 0 ? undefined : scalar(KEPT_SHARE);
  return parameters.flatMap((weights, i): Update[] => {
    const gradient = gradients[i];
    if (gradient === undefined) {
      throw new InterpBenchError("E_PROGRAM", "every parameter needs a gradient", {
        expected: `${parameters.length} gradients`,
        received: String(gradients.length),
      });
    }
    const names = momentNames(nameOf(weights));
    const [m, v] = [parameter(names.first, weights.shape), parameter(names.second, weights.shape)];
    const first = add(mul(m, beta1), mul(gradient, 1 - beta1));
    const second = add(mul(v, beta2), mul(square(gradient), 1 - beta2));
    const root = add(div(sqrt(second), rootCorrection), epsilon);
    const start = keptShare === undefined ? weights : mul(weights, keptShare);
    return [
      { parameter: m, value: first },
      { parameter: v, value: second },
      { parameter: weights, value: sub(start, mul(div(first, root), stepSize)) },
    ];
  });
}

/** The scalars of Adam's step number `step` (the first is 1) with learning rate η. */
export function adamScalars(
  step: number,
  learningRate: number,
  { beta1, beta2, weightDecay = 0 }: Omit<AdamOptions, "epsilon">,
): Record<string, number> {
  return {
    [STEP_SIZE]: learningRate / (1 - beta1 ** step),
    [ROOT_CORRECTION]: Math.sqrt(1 - beta2 ** step),
    ...(weightDecay === 0 ? {} : { [KEPT_SHARE]: 1 - learningRate * weightDecay }),
  };
}
