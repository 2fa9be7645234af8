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

/** What asks about all algorithms, and all of them with it. */
export const loadRegistry = () => import("./registry.ts");

/** One that is made of others, which come with it. */
const combination = async (name: Name) => (await loadRegistry()).getAlgorithm(name);

const LOADERS: { readonly [N in Name]: (name: N) => Promise<Algorithm> } = {
  acdc: async () => (await import("./acdc/acdc.ts")).acdc,
  activation: async () =>
    (await import("./activations/activation-magnitude.ts")).activationMagnitude,
  "atp-star": async () => (await import("./attribution/atp-star.ts")).atpStar,
  bootstrap: combination,
  "cd-t": async () => (await import("./cdt/cdt.ts")).cdt,
  "clean-corrupted": async () => (await import("./attribution/clean-corrupted.ts")).cleanCorrupted,
  degree: async () => (await import("./baselines/degree.ts")).degree,
  eap: async () => (await import("./attribution/eap.ts")).eap,
  "eap-gp": async () => (await import("./attribution/eap-gp.ts")).eapGp,
  "eap-ig-activations": async () =>
    (await import("./attribution/eap-ig-activations.ts")).eapIgActivations,
  "eap-ig-inputs": async () => (await import("./attribution/eap-ig-inputs.ts")).eapIgInputs,
  "edge-pruning": async () => (await import("./edge-pruning/edge-pruning.ts")).edgePruning,
  exact: async () => (await import("./exact.ts")).exact,
  gim: async () => (await import("./attribution/gim.ts")).gim,
  "grad-drop": async () => (await import("./attribution/grad-drop.ts")).gradDrop,
  hisp: async () => (await import("./attribution/hisp.ts")).hisp,
  ibcircuit: async () => (await import("./ibcircuit/ibcircuit.ts")).ibcircuit,
  ifr: async () => (await import("./activations/information-flow.ts")).informationFlow,
  legacy_acdc: async () => (await import("./legacy-acdc/legacy-acdc.ts")).legacyAcdc,
  nap: async () => (await import("./attribution/nap.ts")).nap,
  "nap-ig": async () => (await import("./attribution/nap-ig.ts")).napIg,
  "node-exact": async () => (await import("./node-exact.ts")).nodeExact,
  "optimal-ablation": async () => (await import("./optimal-ablation.ts")).optimalAblation,
  "parallel-ensemble": combination,
  peap: async () => (await import("./peap/peap.ts")).peap,
  random: async () => (await import("./baselines/random.ts")).random,
  "random-muted-qk": async () => (await import("./baselines/random-muted.ts")).randomMuted,
  relp: async () => (await import("./attribution/relp.ts")).relp,
  "sequential-ensemble": combination,
  sp: async () => (await import("./probing/sp.ts")).sp,
  truth: async () => (await import("./baselines/ground-truth.ts")).groundTruthRanking,
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
