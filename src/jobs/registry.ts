import { allAlgorithms } from "../discovery/index.ts";
import type { JobKind } from "./kind.ts";
import { compilation } from "./plans/compile.ts";
import { demonstration } from "./plans/demo.ts";
import { discoveryKind } from "./plans/discover.ts";
import { nodeEffectsKind } from "./plans/effects.ts";
import { training } from "./plans/train.ts";

/** The kinds of work that are built in. */
export const jobKinds: readonly JobKind[] = [
  compilation,
  training,
  nodeEffectsKind,
  ...allAlgorithms().map(discoveryKind),
  demonstration,
];
