import { unknownNameError } from "../errors/index.ts";
import type { Algorithm } from "./algorithm/algorithm.ts";
import type { Ranked } from "./algorithm/discovery.ts";
import type { Maturity } from "./algorithm/facts.ts";
import { LISTING } from "./listing.generated.ts";

/** What a list shows of an algorithm: the same words as the algorithm itself has. */
export interface AlgorithmListing extends Pick<Algorithm, "name" | "title"> {
  readonly tier: Maturity["tier"];
  readonly ranks: Ranked;
}

type Name = (typeof LISTING)[number]["name"];

/** One that is made of others, which come with it. */
const combination = async (name: Name) => (await import("./registry.ts")).getAlgorithm(name);

const LOADERS: { readonly [N in Name]: (name: N) => Promise<Algorithm> } = {
  acdc: async () => (await import("./acdc/acdc.ts")).acdc,
  activation_magnitude: async () =>
    (await import("./activations/activation-magnitude.ts")).activationMagnitude,
  atp_star: async () => (await import("./attribution/atp-star.ts")).atpStar,
  bootstrap: combination,
  cdt: async () => (await import("./cdt/cdt.ts")).cdt,
  clean_corrupted: async () => (await import("./attribution/clean-corrupted.ts")).cleanCorrupted,
  degree: async () => (await import("./baselines/degree.ts")).degree,
  eap: async () => (await import("./attribution/eap.ts")).eap,
  eap_gp: async () => (await import("./attribution/eap-gp.ts")).eapGp,
  eap_ig_activations: async () =>
    (await import("./attribution/eap-ig-activations.ts")).eapIgActivations,
  eap_ig_inputs: async () => (await import("./attribution/eap-ig-inputs.ts")).eapIgInputs,
  edge_pruning: async () => (await import("./edge-pruning/edge-pruning.ts")).edgePruning,
  exact: async () => (await import("./exact.ts")).exact,
  exact_nodes: async () => (await import("./exact-nodes.ts")).exactNodes,
  gim: async () => (await import("./attribution/gim.ts")).gim,
  ground_truth: async () => (await import("./baselines/ground-truth.ts")).groundTruthRanking,
  hisp: async () => (await import("./attribution/hisp.ts")).hisp,
  ibcircuit: async () => (await import("./ibcircuit/ibcircuit.ts")).ibcircuit,
  ifr: async () => (await import("./activations/information-flow.ts")).informationFlow,
  ig_activations: async () => (await import("./attribution/ig-activations.ts")).igActivations,
  legacy_acdc: async () => (await import("./legacy-acdc/legacy-acdc.ts")).legacyAcdc,
  nap: async () => (await import("./attribution/nap.ts")).nap,
  nap_ig: async () => (await import("./attribution/nap-ig.ts")).napIg,
  optimal_ablation: async () => (await import("./optimal-ablation.ts")).optimalAblation,
  parallel_ensemble: combination,
  peap: async () => (await import("./peap/peap.ts")).peap,
  random: async () => (await import("./baselines/random.ts")).random,
  random_muted: async () => (await import("./baselines/random-muted.ts")).randomMuted,
  relp: async () => (await import("./attribution/relp.ts")).relp,
  sequential_ensemble: combination,
  sp: async () => (await import("./probing/sp.ts")).sp,
  ugs: async () => (await import("./ugs/ugs.ts")).ugs,
};

/**
 * All algorithms in the order of `allAlgorithms`, as lists show them: a page that shows them all, and loads
 * the one that is chosen with {@link loadAlgorithm}, has nothing else of the others: no options, texts or formulas.
 */
export function listAlgorithms(): readonly AlgorithmListing[] {
  return LISTING;
}

/** The algorithm of a name, which is loaded if nobody has. Rejects with `E_ALGORITHM`, with the nearest names. */
export async function loadAlgorithm(name: string): Promise<Algorithm> {
  const found = LISTING.find((listed) => listed.name === name);
  if (found !== undefined) return LOADERS[found.name](found.name as never);
  const names = LISTING.map((listed) => listed.name);
  throw unknownNameError("E_ALGORITHM", "algorithm", name, names);
}
