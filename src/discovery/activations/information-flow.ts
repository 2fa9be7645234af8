import * as z from "zod/mini";
import {
  abs,
  concat,
  div,
  greater,
  mean,
  relu,
  sub,
  sum,
  type Tensor,
  where,
} from "../../engine/index.ts";
import { asSources } from "../../interventions/index.ts";
import {
  blockHook,
  type HookName,
  type ResidualHook,
  sourceHooks,
} from "../../transformer/index.ts";
import { defineEdgeRanking } from "../algorithm/edge-ranking.ts";
import { option } from "../algorithm/options.ts";
import { measureCleanRun } from "./clean-run.ts";

/** How close each source is to their sum, as shares that add up to 1, `[source]`, or to 0 if none is. */
function shares(sources: Tensor, total: Tensor): Tensor {
  const size = sum(abs(total), 1);
  const without = sum(abs(sub(total, sources)), 2);
  const proximity = relu(sub(size, without));
  const all = sum(proximity, 0);
  const isSome = greater(all, 0);
  return mean(where(isSome, div(proximity, where(isSome, all, 1)), 0), 1);
}

/**
 * Information flow routes: what share of a reader's input each source contributes, by how much shorter the
 * input would be without it. Looks at one clean run; knows no loss and needs no corrupted inputs. Query, key
 * and value of a head read the same, so that their edges are tied; where nothing is closer to the input
 * than zero is, all shares are 0. Shares of different readers are not on one scale, so that circuits are grown of them
 * (as MIB does of this one alone). Positions are part of every input, but as in the EAP-IG library nobody is
 * said to write them unless `embeddings` is `both`.
 */
export const informationFlow = defineEdgeRanking({
  name: "ifr",
  title: "Information flow routes (IFR)",
  summary: "Scores an edge by the share of the reader's input that its source makes up.",
  reference: {
    text: "Ferrando & Voita 2024, Information Flow Routes: Automatically Interpreting Language Models at Scale",
    url: "https://arxiv.org/abs/2403.00824",
  },
  maturity: {
    tier: "verified",
    verifiedOn: [],
    checkedBy: ["the EAP-IG library on all edges of a small model"],
  },
  formula:
    "prox(u, v) / Σ prox(u′, v), prox(u, v) = max(0, ‖in(v)‖₁ − ‖in(v) − C(u)‖₁) at each position; the mean over positions",
  cost: { forward: "1", backward: "0" },
  ranking: () => ({ name: "share of the reader's input" }),
  select: "greedy",
  examples: [
    { options: { edgeCount: 4, select: "greedy" }, summary: "Grown from the output backwards" },
  ],
  options: {
    embeddings: option(
      z._default(z.enum(["token", "both"]), "token"),
      "What the embeddings write: those of tokens, or those of tokens and positions",
      { origin: "EAP-IG" },
    ),
  },
  rank: async (task, { embeddings }, context, { edges, destinations }) => {
    const { config } = task.transformer;
    const [both, ...rest] = sourceHooks(config);
    const sources: readonly HookName[] = [embeddings === "token" ? "hook_embed" : both!, ...rest];
    /** The residual stream that the sublayer at a depth of the graph reads, and its sources so far. */
    const reads = sources.map((_, depth): readonly [ResidualHook, number] => [
      depth === sources.length - 1
        ? blockHook(config.nLayers - 1, "hook_resid_post")
        : blockHook(Math.floor(depth / 2), depth % 2 === 0 ? "hook_resid_pre" : "hook_resid_mid"),
      depth + 1,
    ]);
    const hooks = [...sources, ...reads.map(([hook]) => hook)];
    const measured = await measureCleanRun(task, context, new Set(hooks), (at) => {
      const written = sources.map((hook) => asSources(at(hook)));
      return new Map(
        reads.map(([hook, count]) => [hook, shares(concat(written.slice(0, count), 0), at(hook))]),
      );
    });
    const ofDepth = reads.map(([hook]) => measured.get(hook)!);
    return {
      values: edges.map(({ source, destination }) => {
        return ofDepth[destinations[destination]!.depth - 1]![source]!;
      }),
      evaluations: 1,
    };
  },
});
