import {
  type Algorithm,
  acdc,
  activationMagnitude,
  degree,
  eap,
  eapIgActivations,
  eapIgInputs,
  edgePruning,
  exact,
  groundTruthRanking,
  hisp,
  nap,
  random,
  sp,
  ugs,
} from "../../src/discovery/index.ts";
import { unknownNameError } from "../../src/errors/index.ts";

/**
 * The algorithms of a page: at least one of each way to look for a circuit. The command line has all; a page has
 * so many as its file has room for.
 */
export const ALGORITHMS: readonly Algorithm[] = [
  acdc,
  eap,
  eapIgInputs,
  eapIgActivations,
  edgePruning,
  sp,
  ugs,
  hisp,
  nap,
  activationMagnitude,
  exact,
  degree,
  random,
  groundTruthRanking,
] as unknown as readonly Algorithm[];

/** The algorithm of a name. `E_ALGORITHM` if the page has none, with the nearest names. */
export function pageAlgorithm(name: string): Algorithm {
  const found = ALGORITHMS.find((algorithm) => algorithm.name === name);
  if (found !== undefined) return found;
  const names = ALGORITHMS.map((algorithm) => algorithm.name);
  throw unknownNameError("E_ALGORITHM", "algorithm", name, names);
}
