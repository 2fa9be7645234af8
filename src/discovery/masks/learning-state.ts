import * as z from "zod/mini";
import { describeValue, InterpBenchError, parseWith, schemaFault } from "../../errors/index.ts";
import type { LearnerState } from "../../interventions/index.ts";

/** What learning with one setting came to. */
export interface Learnt {
  /** The losses before each step, `[step]`. */
  readonly losses: readonly number[];
  /** What was learnt: θ, `[mask]`. */
  readonly maskLogits: Float64Array;
}

/** Everything a sweep needs to go on as if it had never stopped; draws are functions of the seed. */
export interface SweepState {
  /** One for each setting that is done. */
  readonly finished: readonly Learnt[];
  /** Those of the setting that is being worked on, `[step]`: so many steps are behind it. */
  readonly losses: readonly number[];
  readonly masks: LearnerState;
}

/** The sizes that a state must have to belong to a sweep. */
export interface SweepSizes {
  readonly settings: number;
  /** With each setting. */
  readonly steps: number;
  /** Masks, or whatever learns. */
  readonly count: number;
}

/** The state as JSON data, in which float64 numbers are exact. */
export function sweepStateData({ finished, losses, masks }: SweepState): object {
  return {
    finished: finished.map((trained) => ({
      losses: [...trained.losses],
      maskLogits: Array.from(trained.maskLogits),
    })),
    losses: [...losses],
    masks: {
      theta: Array.from(masks.theta),
      first: Array.from(masks.first),
      second: Array.from(masks.second),
    },
  };
}

/**
 * The inverse of {@link sweepStateData} for a sweep of these sizes; what it gives throws `E_STATE`
 * for a state of another one, and for numbers that are not finite.
 */
export function sweepStateReader({ settings, steps, count }: SweepSizes) {
  const masks = z.array(z.number()).check(z.length(count));
  const schema = z.strictObject({
    finished: z
      .array(
        z.strictObject({ losses: z.array(z.number()).check(z.length(steps)), maskLogits: masks }),
      )
      .check(z.maxLength(settings)),
    losses: z.array(z.number()).check(z.maxLength(steps)),
    masks: z.strictObject({ theta: masks, first: masks, second: masks }),
  });
  return (data: unknown): SweepState => {
    const parsed = parseWith(schema, data);
    if (!parsed.success) {
      const { at, expected, received } = schemaFault(parsed.error, data);
      throw new InterpBenchError("E_STATE", "this is no state of this sweep", {
        at,
        expected,
        received: describeValue(received),
        cause: parsed.error,
      });
    }
    const { finished, ...rest } = parsed.data;
    return {
      ...rest,
      finished: finished.map(({ losses, maskLogits }) => ({
        losses,
        maskLogits: Float64Array.from(maskLogits),
      })),
    };
  };
}
