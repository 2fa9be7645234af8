import * as z from "zod/mini";
import { thresholdAdvice } from "../algorithm/advice.ts";
import { taskLossNeeds } from "../algorithm/common-options.ts";
import { effectRanking, effectSweep } from "../algorithm/magnitude.ts";
import { option } from "../algorithm/options.ts";
import { edgeSelection, nodeSelection } from "../algorithm/selection-options.ts";
import { IG_POINTS, type IgPoints } from "./interpolation.ts";

/** What is true of everything that ranks by effects estimated from gradients of the loss of a task. */
const attribution = {
  needs: { gradients: true, of: taskLossNeeds },
  ranking: effectRanking,
  advice: thresholdAdvice,
  watchable: "path",
  produces: ["scores", "circuit"],
} as const;

/** Ranks edges, queries, keys and values apart, by estimated effects. */
export const edgeAttribution = {
  ...attribution,
  granularity: "qkv",
  selection: edgeSelection,
  paperSweep: effectSweep,
} as const;

/** Ranks heads and MLPs by estimated effects. */
export const nodeAttribution = {
  ...attribution,
  granularity: "head",
  ranks: "nodes",
  selection: nodeSelection,
} as const;

/** Each step is a pass of its own over all pairs; the sum has long converged. */
export const MOST_STEPS = 10_000;

/** How many gradients a path takes between its ends. */
export const stepsOption = (steps: number, origin: string) => ({
  steps: option(
    z._default(z.int().check(z.gte(1), z.lte(MOST_STEPS)), steps),
    "Gradients on the way",
    {
      unit: "steps",
      origin,
    },
  ),
});

/** Which points between the ablated and the clean run count. */
export const pointsOption = (points: IgPoints, origin: string) => ({
  igPoints: option(
    z._default(z.enum(IG_POINTS), points),
    "Which of the points k/N from the ablated to the clean run count: left, 0 to N − 1; right, 1 to N; trapezoid, all, both ends half",
    { origin },
  ),
});

/** How long a step is: 1, or the distance between clean and corrupted embeddings divided by the steps. */
export const STEP_LENGTHS = ["unit", "relative"] as const;
export type StepLength = (typeof STEP_LENGTHS)[number];

/** Where the gradient of an MLP is taken: at what it writes, or by mistake at what it reads. */
export const MLP_GRADIENTS = ["output", "input"] as const;
export type MlpGradient = (typeof MLP_GRADIENTS)[number];

/** Where the gradient of an MLP's output is taken. */
export const mlpGradientOption = {
  nodeMlpGradient: option(
    z._default(z.enum(MLP_GRADIENTS), "output"),
    "Where gradients of MLPs are taken: at what they write, or at what they read, as in the EAP-IG library up to May 2026 and in MIB's tables",
  ),
};
