import type { Buffer } from "../../engine/index.ts";
import type { HookName, Transformer } from "../../transformer/index.ts";
import type { ConstantActivations } from "../means.ts";

/** The runs of a model from which an ablation may take values. */
export interface AblationRuns {
  readonly transformer: Transformer;
  /** Number of tokens of every input. */
  readonly positions: number;
  /** Means over the clean inputs, each counted as often as it stands for, per position: `[pos, …]`. */
  means(hooks: readonly HookName[]): ConstantActivations;
  /** What passes on the corrupted input of each row, `[row, pos, …]`. Throws `E_TASK` without such inputs. */
  corrupted(hooks: readonly HookName[]): ReadonlyMap<HookName, Buffer>;
}

/** What is to be known about an ablation before anything is run. */
interface AblationFacts {
  /** What it is called in options and results: `meanPositional`. */
  readonly name: string;
  /** What an ablated place carries, in a few words: `its mean over inputs and positions`. */
  readonly summary: string;
  /** Whether every input needs a corrupted one beside it. */
  readonly needsCorrupted: boolean;
}

/** An ablated place carries what passes there in another run, that of the corrupted input. */
export interface RunAblation extends AblationFacts {
  readonly kind: "run";
  /** `[row, pos, …]` for each of the hook points, the residual stream included. */
  carry(runs: AblationRuns, hooks: readonly HookName[]): ReadonlyMap<HookName, Buffer>;
}

/** An ablated place carries the same for all inputs. */
export interface ConstantAblation extends AblationFacts {
  readonly kind: "constant";
  /** `[pos, …]` for each of the hook points, which are outputs of nodes. */
  carry(runs: AblationRuns, hooks: readonly HookName[]): ConstantActivations;
}

/** What ablated nodes and edges carry instead of their own values. */
export type Ablation = RunAblation | ConstantAblation;
