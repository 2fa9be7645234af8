import { unknownNameError } from "../errors/index.ts";
import { acdc } from "./acdc/acdc.ts";
import { activationMagnitude } from "./activations/activation-magnitude.ts";
import { informationFlow } from "./activations/information-flow.ts";
import type { Algorithm } from "./algorithm/algorithm.ts";
import { atpStar } from "./attribution/atp-star.ts";
import { cleanCorrupted } from "./attribution/clean-corrupted.ts";
import { eap } from "./attribution/eap.ts";
import { eapGp } from "./attribution/eap-gp.ts";
import { eapIgActivations } from "./attribution/eap-ig-activations.ts";
import { eapIgInputs } from "./attribution/eap-ig-inputs.ts";
import { gim } from "./attribution/gim.ts";
import { gradDrop } from "./attribution/grad-drop.ts";
import { hisp } from "./attribution/hisp.ts";
import { nap } from "./attribution/nap.ts";
import { napIg } from "./attribution/nap-ig.ts";
import { relp } from "./attribution/relp.ts";
import { degree } from "./baselines/degree.ts";
import { groundTruthRanking } from "./baselines/ground-truth.ts";
import { random } from "./baselines/random.ts";
import { randomMuted } from "./baselines/random-muted.ts";
import { cdt } from "./cdt/cdt.ts";
import { combinationsOf } from "./combinations/combinations.ts";
import { edgePruning } from "./edge-pruning/edge-pruning.ts";
import { exact } from "./exact.ts";
import { ibcircuit } from "./ibcircuit/ibcircuit.ts";
import { legacyAcdc } from "./legacy-acdc/legacy-acdc.ts";
import { nodeExact } from "./node-exact.ts";
import { optimalAblation } from "./optimal-ablation.ts";
import { peap } from "./peap/peap.ts";
import { sp } from "./probing/sp.ts";
import { ugs } from "./ugs/ugs.ts";

const SINGLE: readonly Algorithm[] = [
  acdc,
  activationMagnitude,
  atpStar,
  cleanCorrupted,
  cdt,
  degree,
  eap,
  eapGp,
  eapIgActivations,
  eapIgInputs,
  edgePruning,
  exact,
  nodeExact,
  gim,
  gradDrop,
  groundTruthRanking,
  hisp,
  ibcircuit,
  informationFlow,
  legacyAcdc,
  nap,
  napIg,
  optimalAblation,
  peap,
  random,
  randomMuted,
  relp,
  sp,
  ugs,
];

const byName = (a: Algorithm, b: Algorithm) => (a.name < b.name ? -1 : 1);

const ALGORITHMS: readonly Algorithm[] = Object.freeze(
  [...SINGLE, ...combinationsOf(SINGLE)].sort(byName),
);

/** The algorithm and the options that a text means, loaded with what it may mean. */
export { parseAlgorithmText } from "./algorithm/algorithm-text.ts";

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
