import type { Algorithm } from "../algorithm/algorithm.ts";
import { bootstrap } from "./bootstrap.ts";
import { parallelEnsemble } from "./parallel-ensemble.ts";
import { sequentialEnsemble } from "./sequential-ensemble.ts";

/** The algorithms that are made of others, of these. */
export const combinationsOf = (known: readonly Algorithm[]): readonly Algorithm[] => [
  bootstrap(known),
  parallelEnsemble(known),
  sequentialEnsemble(known),
];
