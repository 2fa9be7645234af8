import type { Binding, Shape, Tensor } from "../../engine/index.ts";
import type { GraphWeights, Scope, Steps } from "../../interventions/index.ts";
import type { HookName, Hooks, SourceHook, TransformerConfig } from "../../transformer/index.ts";
import type { DiscoveryTask } from "../task/task.ts";

/** What a run on a path can be made of, besides its own tokens: tensors of other runs on the same row. */
export interface PathInputs {
  readonly config: TransformerConfig;
  /** What passes at a hook point in the clean run. */
  clean(hook: HookName): Tensor;
  /** What a hook point carries where it is ablated; of the residual stream, where all its sources are. */
  ablated(hook: HookName): Tensor;
  /** A number of the run, `[]`: see {@link PathRun.scalars}. */
  scalar(name: string): Tensor;
  /** What {@link AttributionPath.prepare} computes for the run, for each row. */
  own(name: string, shape: Shape): Tensor;
  /** Number of tokens of every row. */
  readonly positions: number;
}

/** One run on a path. */
export interface PathRun {
  /** Values of all scalars that the path's hooks read. */
  readonly scalars: Readonly<Record<string, number>>;
  /** What its gradients count. */
  readonly weight: number;
  /** How far it is from the clean run (0) to the ablated one (1), for those who watch. Default: nobody knows. */
  readonly alpha?: number;
  /** The only hook point that is on the way. Default: all that move do so together. */
  readonly moves?: SourceHook;
  /** The hook point out of which edges have effects in it. Default: all edges have. */
  readonly credits?: SourceHook;
}

/** What a path prepares with. */
export interface PathWork {
  readonly scope: Scope;
  readonly task: DiscoveryTask;
  readonly weights: GraphWeights;
}

/** Values of a path's own inputs for its next run. */
export type OwnInputs = () => NamedBindings | Steps<NamedBindings>;

type NamedBindings = Readonly<Record<string, Binding>>;

/**
 * The runs in which gradients are taken, from the clean towards the ablated one, and what cutting an edge is
 * said to change in them. Everything that tells attribution methods apart is here.
 */
export interface AttributionPath {
  /**
   * What its hooks do, where that does not depend on more than the transformer's config: paths of one key
   * share their programs. Default: programs are made anew.
   */
  readonly key?: string;
  /** What happens at hook points of a run, which is otherwise the clean one. */
  hooks(inputs: PathInputs): Hooks;
  /**
   * What an edge would change of its reader's input: what its source carries where it is ablated,
   * less what it computes, in the `run` itself or in the `clean` one.
   */
  readonly differencesFrom: "run" | "clean";
  /**
   * What is averaged over the rows: their effects, or the `sizes` of these, so that rows of opposite sign do
   * not cancel. Default `effects`.
   */
  readonly averages?: "effects" | "sizes";
  readonly runs: readonly PathRun[];
  /**
   * Values of the path's own inputs, in a function that is called once for every run, in their order. Both may be
   * steps that end with it.
   */
  prepare?(work: PathWork): OwnInputs | Steps<OwnInputs>;
}
