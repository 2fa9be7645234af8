import * as z from "zod/mini";
import { fullGraph } from "../../circuit/index.ts";
import { thresholdAdvice } from "../algorithm/advice.ts";
import { defineAlgorithm } from "../algorithm/algorithm.ts";
import { chosenTaskLoss, taskLossNeeds, taskLossOption } from "../algorithm/common-options.ts";
import { concludeDiscovery } from "../algorithm/conclude.ts";
import { option } from "../algorithm/options.ts";
import { edgeScores } from "../algorithm/scores.ts";
import { circuitSelector } from "../algorithm/selection.ts";
import { edgeSelection, withSelection } from "../algorithm/selection-options.ts";
import { AGGREGATES, type Aggregate, checkAscending } from "./spans.ts";

/**
 * Position-aware edge attribution patching: the effect of ablating an edge at some positions alone, which cannot
 * cancel out with its effect at others, and what heads take from one position for another. Edges are ranked by the
 * sizes of both signs together; the effects at all positions stand beside them (`positions`).
 */
export const peap = defineAlgorithm({
  name: "peap",
  title: "Position-aware edge attribution patching (PEAP)",
  summary:
    "Estimates the effect of ablating each edge at each position, and what heads take from where.",
  reference: {
    text: "Haklay et al. 2025, Position-aware Automatic Circuit Discovery",
    url: "https://arxiv.org/abs/2502.04577",
  },
  maturity: {
    tier: "experimental",
    verifiedOn: [],
    checkedBy: ["EAP, which it adds up to, and patterns computed in plain loops"],
  },
  formula:
    "Σ over spans of |⟨P(u) − C(u), ∂L/∂in(v)⟩ over the positions of the span|; beside it, of each head, ⟨z′ − z, ∂L/∂z⟩ at the positions of a span, where all values or keys of a span, or the query for these keys, are the ablated ones",
  cost: { forward: "3", backward: "1", note: "And the patterns of all heads, once for every span" },
  granularity: "qkv",
  needs: { gradients: true, of: taskLossNeeds },
  selection: edgeSelection,
  ranking: () => ({ shown: "effects", name: "size of the effect, added up over spans" }),
  advice: thresholdAdvice,
  examples: [
    { options: { edgeCount: 4 }, summary: "Every position by itself" },
    {
      options: { spans: [1, 3], edgeCount: 4 },
      summary: "Two spans: positions 1 and 2, and the rest",
    },
  ],
  produces: ["scores", "circuit"],
  options: withSelection({
    ...taskLossOption,
    spans: option(
      z.optional(z.array(z.int().check(z.gte(0))).check(z.minLength(1), checkAscending)),
      "Positions, from 0, at which spans begin that are looked at together; what is before the first is left out",
      { defaultText: "every position by itself" },
    ),
    within: option(
      z._default(z.enum(Object.keys(AGGREGATES) as [Aggregate, ...Aggregate[]]), "sum"),
      "How the effects at the positions of a span become one: their sum, mean, the sum of their sizes, or the largest size",
      { origin: "PEAP" },
    ),
  }),
  discover: async (task, options, context) => {
    const graph = fullGraph(task.transformer.config);
    const select = circuitSelector(graph, options);
    const { measurePositions } = await import("./measure-positions.ts");
    const { ablation, within } = options;
    const loss = chosenTaskLoss(task, options.loss);
    const positions = await measurePositions(
      task,
      { loss, ablation, spans: options.spans, within },
      context,
    );
    const totals = (of: (x: number) => number) => {
      const values = new Float64Array(graph.edges.length);
      const { edges, spans } = positions;
      for (const [i, { score }] of edges.entries())
        values[Math.floor(i / spans.length)]! += of(score);
      return edgeScores(graph, values);
    };
    const found = {
      scores: totals(Math.abs),
      effects: totals((x) => x),
      evaluations: 3,
      backwardPasses: 1,
      select,
      ablation,
    };
    return { ...(await concludeDiscovery(task, found, context)), positions };
  },
});
