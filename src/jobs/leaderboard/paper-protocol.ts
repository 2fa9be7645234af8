import { PAPER_THRESHOLDS } from "../../circuit/index.ts";
import {
  type Contestant,
  type DifferenceFacts,
  NO_TRUTH,
  type Protocol,
  type PublishedNumber,
} from "./protocol.ts";

/** What thresholds have to cost to be worth a word. */
const NOTABLE = 0.02;

/** Steps of subnetwork probing in the paper's runs. */
const PROBING_EPOCHS = 5000;

/** Steps of integrated gradients in the paper's runs. */
const INTEGRATION_STEPS = 10;

/** Subnetwork probing, of nodes or of edges, for each of the paper's λ. */
const probing = (name: string, edgewise: boolean): Contestant => ({
  name,
  algorithm: "sp",
  params: { edgewise, lambdaReg: PAPER_THRESHOLDS, epochs: PROBING_EPOCHS },
});

const CONTESTANTS: readonly Contestant[] = [
  { name: "acdc", algorithm: "acdc", params: { threshold: PAPER_THRESHOLDS } },
  probing("node_sp", false),
  probing("edge_sp", true),
  { name: "eap", algorithm: "eap", params: {} },
  { name: "eap_ig", algorithm: "eap", params: { integratedGradSteps: INTEGRATION_STEPS } },
];

/** The paper's AUROC of edges, in the order of the contestants. What it calls case 8 is case 90 today. */
const PUBLISHED: Readonly<Record<string, readonly number[]>> = {
  "3": [0.98, 0.934, 1, 0.99, 0.99],
  "4": [0.983, 0.9, 0.983, 0.792, 0.908],
  "11": [1, 0.927, 1, 0, 1],
  "13": [0.979, 0.851, 0.979, 0.936, 0.986],
  "18": [0.979, 0.596, 0.887, 0.326, 0.979],
  "19": [0.94, 0.9, 0.86, 0, 0.9],
  "20": [0.922, 0.725, 0.529, 0, 0.725],
  "21": [0.796, 0.706, 0.716, 0.594, 0.722],
  "26": [1, 0.961, 1, 0, 0.98],
  "29": [0.441, 0.176, 0.451, 0, 0.412],
  "33": [0.794, 0.853, 0.824, 0, 0.912],
  "34": [0.441, 0.157, 0.314, 0, 0.471],
  "35": [1, 0.971, 1, 0, 1],
  "36": [0.922, 0.804, 0.882, 0, 0.873],
  "37": [1, 0.971, 1, 0, 1],
  "90": [0.853, 0.433, 0.78, 0, 0.78],
};

const numbers: readonly PublishedNumber[] = Object.entries(PUBLISHED).flatMap(([id, row]) =>
  row.map((edges, i) => ({ case: id, algorithm: CONTESTANTS[i]!.name, edges })),
);

/** What the grid of thresholds does to a number, whatever the model. */
function thresholdReasons({ theirs, ours, exact, largest }: DifferenceFacts): string[] {
  const smallest = PAPER_THRESHOLDS[1]!;
  const byRanks = exact === undefined ? "" : `; by ranks it is ${exact.toFixed(3)}`;
  if (largest <= smallest) {
    return [
      `no number here is above the smallest threshold, ${smallest}, which counts as 0${byRanks}`,
    ];
  }
  return [
    ...(theirs === 0
      ? [
          `the paper's 0 says that all or none of its edges were above every threshold, and not how they ranked`,
        ]
      : []),
    ...(exact !== undefined && exact - ours > NOTABLE
      ? [`19 thresholds give ${(exact - ours).toFixed(3)} less here than the ranking has${byRanks}`]
      : []),
  ];
}

/**
 * The protocol of the InterpBench paper (Gupta et al. 2024): circuits at 19 thresholds, or λ, and the area under the
 * lower staircase through their rates. Scores below the smallest threshold count as 0 there, however they rank.
 */
export const paperProtocol: Protocol = {
  name: "paper",
  summary:
    "ACDC, SP of nodes and of edges, EAP and EAP with integrated gradients on the 16 cases of the InterpBench paper, by its sweep over 19 thresholds; its numbers stand beside.",
  measure: "AUROC of edges by the paper's sweep of 19 thresholds, pessimistic",
  contestants: CONTESTANTS,
  cases: Object.keys(PUBLISHED),
  numbersOf: ({ score }) =>
    score?.auroc.paper ?? { edges: undefined, nodes: undefined, reason: NO_TRUTH },
  published: {
    source: "Gupta et al. 2024, InterpBench, the AUROC of edges",
    models: "interp-bench",
    numbers,
    reasons: thresholdReasons,
  },
};
