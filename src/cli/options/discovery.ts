import { z } from "zod";
import { type Algorithm, parseOptions } from "../../discovery/index.ts";
import { amendFlag, type FlagFacts, flag } from "../flags/flag.ts";
import { asUsage } from "../usage.ts";

/** Pairs are held in memory, with what each head carries. */
const MOST_PAIRS = 1_000_000;

/** Options of every discovery command. The default is that of InterpBench (Python). */
export const discoveryOptions = {
  dataSize: flag(
    z.int().min(1).max(MOST_PAIRS).default(1000),
    "Pairs of clean and corrupted inputs; all inputs if there are fewer",
    { unit: "pairs", group: "Data" },
  ),
  data: flag(
    z.string().optional(),
    "Your own prompts, as JSON: {clean, corrupted, targets, …}; docs/prompts.md has the keys",
    {
      placeholder: "FILE",
      defaultText: "the case's own",
      group: "Data",
    },
  ),
};

/** The original's spellings of what algorithms call otherwise. */
const SPELLINGS: Readonly<Record<string, FlagFacts>> = {
  threshold: { short: "-t" },
  absolute: { aliases: ["--abs-val-threshold"] },
  normalize: { aliases: ["--normalize-scores"] },
};

/**
 * The options of an algorithm as flags, in the original's spellings, too. A seed that it always
 * needs is the common one; an optional one, which shuffles what has an order of its own, is called
 * `--shuffle-seed`.
 */
export function algorithmFlags({ options }: Algorithm): Readonly<Record<string, z.ZodType>> {
  const shape: Readonly<Record<string, z.ZodType>> = options.shape;
  return Object.fromEntries(
    Object.entries(shape)
      .filter(([key, schema]) => key !== "seed" || !hasDefault(schema))
      .map(([key, schema]) => [
        key === "seed" ? "shuffleSeed" : key,
        amendFlag(schema, SPELLINGS[key] ?? {}),
      ]),
  );
}

/**
 * The options of an algorithm, complete, from the values of its flags and the common seed. Usage
 * error `E_OPTION` if they do not fit together.
 */
export function algorithmParams(
  { options }: Algorithm,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const shape: Readonly<Record<string, z.ZodType>> = options.shape;
  const params = Object.entries(shape).map(([key, schema]) => {
    const isShuffle = key === "seed" && !hasDefault(schema);
    return [key, values[isShuffle ? "shuffleSeed" : key]] as const;
  });
  const given = Object.fromEntries(params.filter(([, value]) => value !== undefined));
  return asUsage(() => parseOptions(options, given));
}

const hasDefault = (schema: z.ZodType) => schema.safeParse(undefined).data !== undefined;

/** The original's two options for the loss of EAP, one for each kind of outputs. */
export const originalLossOptions = {
  classificationLossFn: flag(
    z.enum(["kl_div", "avg_diff"]).optional(),
    "The same as --loss, for cases with classes only",
    { group: "The original's spellings" },
  ),
  regressionLossFn: flag(
    z.enum(["mae", "mse"]).optional(),
    "The same as --loss, for cases with numbers only",
    { group: "The original's spellings" },
  ),
};
