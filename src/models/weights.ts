/** The weights of the three losses that a model is trained with. */
export interface LossWeights {
  readonly iitWeight: number;
  readonly behaviorWeight: number;
  readonly strictWeight: number;
}

/** More digits than these are noise of a weight like 0.569, which 1000 makes 568.999…. */
const NOISE = 1e-9;

/** The original's name for loss weights: ⌊10·IIT + 100·behaviour + 1000·strict⌋, so 1/1/0.4 is 510. */
export function weightsCode({ iitWeight, behaviorWeight, strictWeight }: LossWeights): string {
  const sum = 10 * iitWeight + 100 * behaviorWeight + 1000 * strictWeight;
  return String(Math.trunc(sum + NOISE));
}

/** What {@link weightsCode} makes of IIT 1 and behaviour 1 alone. */
const BOTH = 110;

/**
 * Loss weights with this code, of the many there are: IIT 1 and behaviour 1 as everybody has them,
 * and the strict weight that is left; IIT alone where the number is too small for both.
 */
export function weightsOfCode(code: string): LossWeights {
  const number = Number(code);
  return number < BOTH
    ? { iitWeight: number / 10, behaviorWeight: 0, strictWeight: 0 }
    : { iitWeight: 1, behaviorWeight: 1, strictWeight: (number - BOTH) / 1000 };
}
