import type { Binding, Buffer, Steps } from "../../engine/index.ts";
import type { HookName, Transformer } from "../../transformer/index.ts";
import type { ConstantActivations } from "../means.ts";

/** Which of a pair's inputs. */
export type InputSide = "clean" | "corrupted";

/** What is to be known about an ablation before anything is run. */
interface AblationFacts {
  /** What it is called in options and results: `meanPositional`. */
  readonly name: string;
  /** What an ablated place carries, in a few words: `its mean over inputs and positions`. */
  readonly summary: string;
  /** Whether every input needs a corrupted one beside it. */
  readonly needsCorrupted: boolean;
}

/** What the places of {@link RunAblation} may take values from. */
export interface RowValues {
  readonly transformer: Transformer;
  /** Number of inputs. */
  readonly rows: number;
  /** Number of tokens of every input. */
  readonly positions: number;
  /** What passes on the clean, or the corrupted, input of each row, `[row, pos, …]`. */
  at(side: InputSide, hook: HookName): Buffer;
  /** {@link RowValues.at} in steps. */
  atInSteps(side: InputSide, hook: HookName): Steps<Buffer>;
}

/** An ablated place carries, for each row, what passes there in another run. */
export interface RunAblation extends AblationFacts {
  readonly kind: "run";
  /** `[row, pos, …]` at a hook point, at the residual stream, too; or steps that end with it. */
  carry(values: RowValues, hook: HookName): Binding | Steps<Binding>;
}

/** What the places of {@link ConstantAblation} may take values from. */
export interface MeanValues {
  readonly transformer: Transformer;
  readonly positions: number;
  /**
   * Means over the clean, or the corrupted, inputs, each counted as often as it stands for, per
   * position: `[pos, …]`.
   */
  means(side: InputSide, hooks: readonly HookName[]): ConstantActivations;
  /** {@link MeanValues.means} in steps. */
  meansInSteps(side: InputSide, hooks: readonly HookName[]): Steps<ConstantActivations>;
}

/** An ablated place carries the same for all rows. */
export interface ConstantAblation extends AblationFacts {
  readonly kind: "constant";
  /** `[pos, …]` for each of the hook points, which are outputs of nodes; or steps that end with it. */
  carry(
    values: MeanValues,
    hooks: readonly HookName[],
  ): ConstantActivations | Steps<ConstantActivations>;
}

/** What the places of {@link LearntAblation} may take values from. */
export interface LearningValues extends MeanValues {
  /** In steps: the constants of a hook point that cost the output least, each learnt for itself: see `learnConstants`. */
  learnt(hook: HookName): Steps<Float64Array>;
}

/** An ablated place carries the same for all rows, which is learnt from the runs of the model. */
export interface LearntAblation extends AblationFacts {
  readonly kind: "learnt";
  /** `[pos, …]` for each of the hook points, which are outputs of nodes. */
  carry(values: LearningValues, hooks: readonly HookName[]): Steps<ConstantActivations>;
}

/** What there is already, or what steps end with. */
export function* ended<T extends object>(found: T | Steps<T>): Steps<T> {
  return "next" in found ? yield* found : found;
}

/** What ablated nodes and edges carry instead of their own values. */
export type Ablation = RunAblation | ConstantAblation | LearntAblation;
