import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { taskLossOption } from "../algorithm/common-options.ts";
import { withNodeSelection } from "../algorithm/selection-options.ts";
import { nodeAttribution } from "./declarations.ts";

/** Below it the importances of a layer are not divided by their norm, as in ACDC's code. */
const SMALLEST_NORM = 1e-6;

/** Importances of heads and MLPs by layer, each layer's divided by their Euclidean norm. */
function normalizedByLayer(perLayer: number, importances: Float64Array): Float64Array {
  return importances.map((importance, i) => {
    const first = i - (i % perLayer);
    const norm = Math.hypot(...importances.subarray(first, first + perLayer));
    return importance / Math.max(norm, SMALLEST_NORM);
  });
}

/**
 * Head importance scores for pruning, the baseline of the ACDC paper: sizes of each row's attributions,
 * averaged, and divided by the norm of their layer's. With `--ablation zero` it is Michel et al.'s.
 */
export const hisp = defineAlgorithm({
  name: "hisp",
  title: "Head importance scores for pruning (HISP)",
  summary:
    "Scores heads and MLPs by the mean size of their attributions, relative to others of their layer.",
  reference: {
    text: "Michel, Levy & Neubig 2019, Are Sixteen Heads Really Better than One?; as in Conmy et al. 2023",
    url: "https://arxiv.org/abs/1905.10650",
  },
  maturity: { tier: "experimental", verifiedOn: [] },
  formula:
    "|⟨P(u) − C(u), ∂L/∂C(u)⟩| at the clean run, divided by √(Σ of its squares over the heads and the MLP of the layer)",
  cost: { forward: "2", backward: "1" },
  ...nodeAttribution,
  ranking: () => ({ name: "importance in its layer" }),
  examples: [{ options: { nodeCount: 3 }, summary: "The three best heads and MLPs" }],
  options: withNodeSelection(taskLossOption),
  discover: async (task, options, context) => {
    const { attributedNodes, sizesPath } = await import("./parts.ts");
    const perLayer = task.transformer.config.nHeads + 1;
    const weigh = (importances: Float64Array) => normalizedByLayer(perLayer, importances);
    return attributedNodes(task, options, sizesPath, context, { weigh });
  },
});
