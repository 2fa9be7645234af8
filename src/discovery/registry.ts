import { unknownNameError } from "../errors/index.ts";
import { acdc } from "./acdc/acdc.ts";
import { activationMagnitude } from "./activations/activation-magnitude.ts";
import { informationFlow } from "./activations/information-flow.ts";
import type { Algorithm } from "./algorithm/algorithm.ts";
import { eap } from "./attribution/eap.ts";
import { degree } from "./baselines/degree.ts";
import { groundTruthRanking } from "./baselines/ground-truth.ts";
import { random } from "./baselines/random.ts";
import { randomMuted } from "./baselines/random-muted.ts";
import { edgePruning } from "./edge-pruning/edge-pruning.ts";
import { exact } from "./exact.ts";
import { exactNodes } from "./exact-nodes.ts";
import { legacyAcdc } from "./legacy-acdc/legacy-acdc.ts";
import { sp } from "./probing/sp.ts";
import { ugs } from "./ugs/ugs.ts";

const ALGORITHMS: readonly Algorithm[] = Object.freeze([
  acdc,
  activationMagnitude,
  degree,
  eap,
  edgePruning,
  exact,
  exactNodes,
  groundTruthRanking,
  informationFlow,
  legacyAcdc,
  random,
  randomMuted,
  sp,
  ugs,
]);

/** All algorithms, in the order in which they are listed. */
export function allAlgorithms(): readonly Algorithm[] {
  return ALGORITHMS;
}

/** The algorithm of a name. Throws `E_ALGORITHM`, with the nearest names. */
export function getAlgorithm(name: string): Algorithm {
  const found = ALGORITHMS.find((algorithm) => algorithm.name === name);
  if (found !== undefined) return found;
  throw unknownNameError(
    "E_ALGORITHM",
    "algorithm",
    name,
    ALGORITHMS.map((algorithm) => algorithm.name),
  );
}

/** The algorithm, and the options of it, that one of the original's names means; dashes are underscores. */
export function originalAlgorithm(
  name: string,
): { readonly name: string; readonly options: Readonly<Record<string, unknown>> } | undefined {
  const wanted = name.replaceAll("-", "_");
  for (const { name: own, originalNames = {} } of ALGORITHMS) {
    if (Object.hasOwn(originalNames, wanted)) return { name: own, options: originalNames[wanted]! };
  }
  return undefined;
}
