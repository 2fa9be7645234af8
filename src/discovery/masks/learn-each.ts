import { pace, paceSteps, type Steps, turns } from "../../interventions/index.ts";
import type { DiscoveryContext } from "../algorithm/context.ts";
import type { MasksSeen } from "../algorithm/moments.ts";
import {
  type Learnt,
  type SweepState,
  sweepStateData,
  sweepStateReader,
} from "./learning-state.ts";
import type { MaskTrainer } from "./mask-trainer.ts";

/** Learning with several settings, one after the other, each from the same start. */
export interface LearningSweep {
  readonly learner: Pick<MaskTrainer<never>, "count" | "reset" | "state" | "values">;
  /** How many settings there are. */
  readonly settings: number;
  /** Steps with each. */
  readonly steps: number;
  /** What a step is called, in the plural: `epochs`. */
  readonly unit: string;
  /** Makes a step, in steps, with a setting, the first being 0, and returns the loss before it. */
  step(setting: number, step: number): Steps<number>;
  /** The share of masks that is to be off at a step. Default: nobody asks for one. */
  wanted?(setting: number, step: number): number;
  /** What learnt values stand for, for whoever watches. */
  see(values: Float64Array): MasksSeen;
}

/**
 * Learns with each setting. A step may depend on nothing but what has been learnt and its own number: then
 * learning that was stopped, and goes on from the checkpoint of the context, ends with the same bits.
 *
 * Rejects with the signal's reason once it is aborted.
 */
export async function learnEach(
  { learner, settings, steps, unit, step, wanted, see }: LearningSweep,
  context: DiscoveryContext,
): Promise<Learnt[]> {
  const tick = pace(context, unit);
  // Others get turns within a step, too, but nothing is stopped before it is complete.
  const turn = turns();
  const { checkpoint, onMoment } = context;
  const total = settings * steps;
  const { count } = learner;
  const start = checkpoint?.restore(sweepStateReader({ settings, steps, count }));
  const finished: Learnt[] = [...(start?.finished ?? [])];
  let losses: number[] = [...(start?.losses ?? [])];
  learner.reset(start?.masks);
  const state = (): SweepState => ({ finished, losses, masks: learner.state() });
  while (finished.length < settings) {
    const setting = finished.length;
    while (losses.length < steps) {
      try {
        await tick(setting * steps + losses.length, total);
      } catch (stopped) {
        checkpoint?.save(sweepStateData(state()));
        throw stopped;
      }
      const loss = await paceSteps(step(setting, losses.length), { turn });
      onMoment?.({
        kind: "masks",
        setting,
        settings,
        step: losses.length + 1,
        steps,
        loss,
        wanted: wanted?.(setting, losses.length),
        look: () => see(learner.values()),
      });
      losses.push(loss);
      checkpoint?.offer(() => sweepStateData(state()));
    }
    finished.push({ losses, maskLogits: learner.values() });
    losses = [];
    learner.reset();
  }
  await tick(total, total);
  return finished;
}
