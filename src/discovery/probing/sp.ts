import { z } from "zod";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { option } from "../algorithm/options.ts";
import { circuitFaithfulness } from "../run/faithfulness.ts";
import { probingOptions } from "./options.ts";
import { probingSweep } from "./sweep.ts";

/**
 * Subnetwork probing: trains a mask for every node, or every edge, to keep the output right with as
 * few of them as possible. Scores are the probabilities that the masks are above ½;
 * {@link probingSweep} makes finer ones from many λ.
 */
export const sp = defineAlgorithm({
  name: "sp",
  title: "Subnetwork probing (SP)",
  summary:
    "Trains a mask on every node, or every edge, that keeps the output right with few of them.",
  reference: {
    text: "Cao, Sanh & Rush 2021, Low-Complexity Probing via Finding Subnetworks",
    url: "https://arxiv.org/abs/2104.03514",
  },
  maturity: { tier: "experimental", verifiedOn: [] },
  granularity: "qkv",
  produces: ["scores", "circuit"],
  options: z.object({
    lambdaReg: option(
      z.number().min(0).default(1),
      "Weight (λ) of the share of masks that are not 0, beside the distance from the target",
      { origin: "InterpBench" },
    ),
    ...probingOptions.shape,
  }),
  discover: async (task, { lambdaReg, ...options }, context) => {
    const { outcomes, evaluations, backwardPasses } = await probingSweep(
      task,
      [lambdaReg],
      context,
      options,
    );
    const { circuit, scores } = outcomes[0]!;
    const faithfulness = await circuitFaithfulness(task, circuit, context);
    return {
      circuit,
      scores,
      effects: undefined,
      diagnostics: { evaluations, backwardPasses, faithfulness },
    };
  },
});
