import { type Contestant, NO_TRUTH, type Protocol } from "./protocol.ts";

/** MIB's metric. */
const LOSS = { loss: "avg_diff" } as const;

/** MIB's contestants, and the AUROC of edges that it has published for each on the IOI model. */
const PUBLISHED: readonly (readonly [Contestant, edges: number | undefined])[] = [
  [{ name: "eap-ig-activations", algorithm: "eap-ig-activations", params: LOSS }, 0.81],
  [{ name: "eap-mean", algorithm: "eap", params: { ...LOSS, ablation: "mean" } }, 0.78],
  [{ name: "eap-optimal", algorithm: "eap", params: { ...LOSS, ablation: "optimal" } }, 0.77],
  [{ name: "ugs", algorithm: "ugs", params: {} }, 0.74],
  [{ name: "eap", algorithm: "eap", params: LOSS }, 0.73],
  [{ name: "eap-ig-inputs", algorithm: "eap-ig-inputs", params: LOSS }, 0.71],
  [{ name: "ifr", algorithm: "ifr", params: {} }, 0.71],
  [{ name: "nap-ig", algorithm: "nap-ig", params: LOSS }, 0.62],
  [{ name: "random", algorithm: "random", params: {} }, 0.44],
  [{ name: "nap", algorithm: "nap", params: LOSS }, 0.3],
  [{ name: "exact", algorithm: "exact", params: LOSS }, 0.28],
  [{ name: "random-muted-qk", algorithm: "random-muted-qk", params: {} }, undefined],
];

const CASE = "ioi";

/**
 * The protocol of MIB (Mueller et al. 2025) on the IOI model of InterpBench: rankings by the logit difference on
 * prompts with the subject's and the object's names exchanged, judged against seven edges into values.
 */
export const mibProtocol: Protocol = {
  name: "mib",
  summary:
    "MIB's contestants on the IOI model, by its AUROC against seven edges, and how faithful their circuits are; its numbers stand beside. A model has to be trained or named.",
  measure:
    "AUROC of edges by MIB's protocol, against its seven edges into values: about .25 is the worst, chance a little above ½, and queries and keys put last gain most of the rest",
  contestants: PUBLISHED.map(([contestant]) => contestant),
  cases: [CASE],
  corruption: "s2_io_flip",
  truth: "mib",
  numbersOf: ({ compared }) =>
    compared === undefined
      ? { edges: undefined, nodes: undefined, reason: NO_TRUTH }
      : {
          edges: compared.mib?.auroc,
          nodes: compared.ranking.nodes.auroc,
          merged: compared.ranking.edges.auroc,
        },
  published: {
    source: "Mueller et al. 2025, MIB, table 1, the AUROC of edges on its IOI model of InterpBench",
    models: "MIB's own copy of the IOI model",
    numbers: PUBLISHED.flatMap(([{ name }, edges]) =>
      edges === undefined ? [] : [{ case: CASE, algorithm: name, edges }],
    ),
  },
};
