import type { Circuit, ScoreMap } from "../../circuit/index.ts";
import type { HookName } from "../../transformer/index.ts";

/** What an algorithm's work can be watched as: runs on a path, or masks that learn. */
export type Watchable = "path" | "masks";

/**
 * A run on a path between the clean and the ablated run, when its effects have been read off:
 * `Σ weight · effects`, over all of them in their order, are the effects of the discovery, where it has any.
 */
export interface PathMoment {
  readonly kind: "path";
  /** The number of the run, the first being 0, and how many there are. */
  readonly index: number;
  readonly total: number;
  /** How far the run is from the clean (0) to the ablated one (1); `undefined` on paths that do not know. */
  readonly alpha: number | undefined;
  /** The only hook point that is on the way in this run; `undefined` where all that moves moves together. */
  readonly moves: HookName | undefined;
  readonly weight: number;
  /** The mean of the loss over the rows. */
  readonly loss: number;
  /** What ablating each edge, or node, would change of the loss, by this run's gradient. */
  readonly effects: ScoreMap;
}

/** What masks stand for. */
export interface MasksSeen {
  /** What would rank if learning ended here. */
  readonly scores: ScoreMap;
  /** The circuit of these masks, before `prune`; `undefined` where masks alone make none. */
  readonly circuit: Circuit | undefined;
}

/** A step of masks that learn, when it is done. */
export interface MasksMoment {
  readonly kind: "masks";
  /** Which of several settings is at work, the first being 0, and how many there are. */
  readonly setting: number;
  readonly settings: number;
  /** How many steps are done with it, and how many will be. */
  readonly step: number;
  readonly steps: number;
  /** What was minimised, before the step. */
  readonly loss: number;
  /** The share of masks that is to be off by now; `undefined` where nobody asks for one. */
  readonly wanted: number | undefined;
  /** Looks at the masks: only while the moment is told, since they go on to learn. */
  look(): MasksSeen;
}

/** What an algorithm tells of its work. */
export type DiscoveryMoment = PathMoment | MasksMoment;
