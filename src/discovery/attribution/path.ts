import type { Tensor } from "../../engine/index.ts";
import type { HookName, Hooks, TransformerConfig } from "../../transformer/index.ts";

/** What a run on a path can be made of, besides its own tokens: tensors of other runs on the same row. */
export interface PathInputs {
  readonly config: TransformerConfig;
  /** What passes at a hook point in the clean run. */
  clean(hook: HookName): Tensor;
  /** What a hook point carries where it is ablated; of the residual stream, where all its sources are. */
  ablated(hook: HookName): Tensor;
  /** A number of the run, `[]`: see {@link PathRun.scalars}. */
  scalar(name: string): Tensor;
}

/** One run on a path. */
export interface PathRun {
  /** Values of all scalars that the path's hooks read. */
  readonly scalars: Readonly<Record<string, number>>;
  /** What its gradients count. */
  readonly weight: number;
}

/**
 * The runs in which gradients are taken, from the clean towards the ablated one, and what cutting an edge is
 * said to change in them. Everything that tells attribution methods apart is here.
 */
export interface AttributionPath {
  /** What happens at hook points of a run, which is otherwise the clean one. */
  hooks(inputs: PathInputs): Hooks;
  /**
   * What an edge would change of its reader's input: what its source carries where it is ablated,
   * less what it computes, in the `run` itself or in the `clean` one.
   */
  readonly differencesFrom: "run" | "clean";
  readonly runs: readonly PathRun[];
}
