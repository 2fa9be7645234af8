import {
  abs,
  add,
  argmax,
  crossEntropy,
  equal,
  exp,
  fill,
  less,
  lessEqual,
  logSoftmax,
  mean,
  mul,
  notEqual,
  pick,
  square,
  sub,
  sum,
  type Tensor,
  where,
} from "../engine/index.ts";

/** What outputs are. */
export interface OutputKind {
  /** Whether they are classes (arg-max of the logits); else numbers. */
  readonly categorical: boolean;
}

/** Distance below which a number counts as right. The original's `atol`. */
export const DEFAULT_TOLERANCE = 0.05;

/**
 * Cross-entropy of classes, mean over positions: `−mean_p log softmax(logits[p])[classes[p]]`.
 *
 * `logits [pos, class]`, `classes [pos]` (ids) → `[]` per sequence, in nats.
 */
export function meanCrossEntropy(logits: Tensor, classes: Tensor): Tensor {
  return mean(crossEntropy(logits, classes));
}

/**
 * Mean squared error over positions and outputs: `mean (outputs − targets)²`.
 *
 * `outputs [pos, output]`, `targets [pos, output]` → `[]` per sequence.
 */
export function meanSquaredError(outputs: Tensor, targets: Tensor): Tensor {
  return mean(square(sub(outputs, targets)));
}

/** Mean absolute error over positions and outputs: `mean |outputs − targets|`, `[]` per sequence. */
export function meanAbsoluteError(outputs: Tensor, targets: Tensor): Tensor {
  return mean(abs(sub(outputs, targets)));
}

/**
 * The logit difference, mean over positions: `mean_p (logits[p][right[p]] − logits[p][wrong[p]])`.
 *
 * `logits [pos, class]`, `right [pos]` and `wrong [pos]` (ids) → `[]` per sequence.
 */
export function logitDifference(logits: Tensor, right: Tensor, wrong: Tensor): Tensor {
  return mean(sub(pick(logits, right), pick(logits, wrong)));
}

/**
 * KL(p ‖ q) of the distributions that two logits `[pos, class]` stand for, mean over positions, in
 * nats: `mean_p Σ_c p·(log p − log q)`. `[]` per sequence.
 *
 * For losses: where `p` and `q` are nearly equal few digits are left, which {@link divergence} keeps.
 */
export function meanDivergence(p: Tensor, q: Tensor): Tensor {
  const [count = 1] = q.shape;
  const log = logSoftmax(p);
  return mul(sum(mul(exp(log), sub(log, logSoftmax(q)))), 1 / count);
}

/** Below this |d| the series of d + e⁻ᵈ − 1 is exact to float32. */
const SERIES_RADIUS = 0.5;
/** Its coefficients: d²·(1/2! − d/3! + d²/4! − …). */
const SERIES = [1 / 2, -1 / 6, 1 / 24, -1 / 120, 1 / 720, -1 / 5040, 1 / 40320];

/**
 * KL(p ‖ q) of the distributions that two logits `[pos, class]` stand for, `[pos]`.
 *
 * `Σ p·d` with d = log p − log q loses nearly all digits when p and q are nearly equal; this sums
 * `p·d + q − p = p·(d + e⁻ᵈ − 1)`, which is never negative, and by its series where d is small.
 */
export function divergence(p: Tensor, q: Tensor): Tensor {
  const [logP, logQ] = [logSoftmax(p), logSoftmax(q)];
  const [d, probability] = [sub(logP, logQ), exp(logP)];
  const [last, ...rest] = SERIES.toReversed();
  const series = rest.reduce((tail, c) => add(mul(tail, d), c), fill(last!));
  const near = mul(probability, mul(square(d), series));
  const far = add(mul(probability, d), sub(exp(logQ), probability));
  return sum(where(less(abs(d), SERIES_RADIUS), near, far), -1);
}

/** 1 where an output is right, else 0: the class is the target, or the number is within `atol`. */
export function rightOutputs(
  { categorical }: OutputKind,
  logits: Tensor,
  targets: Tensor,
  atol: number = DEFAULT_TOLERANCE,
): Tensor {
  return categorical ? equal(argmax(logits), targets) : less(abs(sub(logits, targets)), atol);
}

/** PyTorch's relative tolerance of `isclose`, which the original adds to the absolute one. */
const RELATIVE_TOLERANCE = 1e-5;

/**
 * 1 where an output is not what it should be: another class, or not within the tolerance. A number
 * that is NaN is broken; classes are compared by the largest logit and need finite ones.
 */
export function isBroken(
  { categorical }: OutputKind,
  logits: Tensor,
  labels: Tensor,
  atol: number,
): Tensor {
  if (categorical) return notEqual(argmax(logits), labels);
  const allowed = add(mul(abs(labels), RELATIVE_TOLERANCE), atol);
  return sub(1, lessEqual(abs(sub(logits, labels)), allowed));
}
