import * as z from "zod/mini";
import { option } from "../algorithm/options.ts";
import { IG_POINTS, type IgPoints } from "./interpolation.ts";

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
