import { z } from "zod";
import { flag, grouped } from "../../flags/index.ts";
import { nodeEffectOptions } from "../../jobs/index.ts";

/** The choice between mean and zero ablation: one of them, or both. */
export const meanOption = (summary: string) => ({
  mean: flag(z.boolean().optional(), summary, {
    short: "-m",
    takesBoolean: true,
    defaultText: "both",
  }),
});

/** Those of the ablations that `mean` asks for: without the other of mean and zero, or all. */
export const wantedAblations = <Ablation extends string>(
  all: readonly Ablation[],
  mean: boolean | undefined,
): Ablation[] => all.filter((name) => mean === undefined || name !== (mean ? "zero" : "mean"));

/** Options of the commands that measure the effect of every node. */
export const nodeEffectFlags = grouped("Effects", {
  ...meanOption("Besides resampling ablate with the mean (1) or with zeros (0) only"),
  ...nodeEffectOptions,
});
