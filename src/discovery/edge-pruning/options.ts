import * as z from "zod/mini";
import { runOptions } from "../algorithm/common-options.ts";
import { option } from "../algorithm/options.ts";
import { pruneOption } from "../algorithm/prune-option.ts";
import { oneOrMore } from "../algorithm/settings.ts";
import { objectiveOptions } from "../masks/objective-options.ts";

/** Decay of AdamW, which the original leaves at PyTorch's default, of masks and multipliers alike. */
const WEIGHT_DECAY = 0.01;

/** The options of Edge Pruning. */
export const pruningOptions = z.object({
  edgeSparsity: option(
    z._default(oneOrMore(z.number().check(z.gte(0)), "one or more numbers of at least 0"), 0.8),
    "Share of the edges' masks to be off in the end, above 1 to push for more; several give a circuit each",
    { defaultText: "0.8; the paper asks for 0.94 and more of far larger graphs" },
  ),
  nodeSparsity: option(
    z.optional(z.number().check(z.gte(0))),
    "Share of the sources' masks to be off in the end; the paper's is about 0.7 on GPT-2",
    { defaultText: "none is asked for" },
  ),
  steps: option(z._default(z.int().check(z.gte(1)), 3000), "Steps", { origin: "the paper" }),
  batch: option(z._default(z.int().check(z.gte(1)), 32), "Rows drawn for each step", {
    unit: "rows",
    origin: "the paper",
  }),
  lr: option(z._default(z.number().check(z.positive()), 0.8), "Learning rate of masks", {
    origin: "the paper",
  }),
  multiplierLr: option(
    z._default(z.number().check(z.positive()), 0.8),
    "Learning rate of the Lagrangian's multipliers",
    { origin: "the paper" },
  ),
  weightDecay: option(
    z._default(z.number().check(z.gte(0)), WEIGHT_DECAY),
    "Decay of masks and multipliers (AdamW)",
    { origin: "PyTorch" },
  ),
  lrWarmup: option(
    z._default(z.number().check(z.gte(0), z.lte(1)), 200 / 3000),
    "Share of the steps in which the learning rates rise; they fall in the others",
    { defaultText: "200 of 3000", origin: "the paper" },
  ),
  targetWarmup: option(
    z._default(z.number().check(z.gte(0), z.lte(1)), 2500 / 3000),
    "Share of the steps in which the sparsities that are asked for rise",
    { defaultText: "2500 of 3000", origin: "the paper" },
  ),
  ...objectiveOptions,
  ...pruneOption,
  ...runOptions,
  seed: option(z._default(z.int().check(z.gte(0)), 1234), "Seed of all draws", {
    isCommon: true,
  }),
});

/** Values of {@link pruningOptions}. */
export type PruningOptions = z.output<typeof pruningOptions>;
