import type { Tensor } from "../../engine/index.ts";
import type { HookName } from "../../transformer/index.ts";

/** How activations of a transformer and of its compressed form are turned into each other. */
export interface Bridge {
  /** Where both have the same nodes: their activations may be exchanged. */
  readonly hooks: readonly HookName[];
  /** The original's activations at a hook point as the compressed transformer would hold them. */
  compress(hook: HookName, activations: Tensor): Tensor;
  /** The other way. */
  decompress(hook: HookName, activations: Tensor): Tensor;
}
