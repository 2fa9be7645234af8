import type { z } from "zod";

/** What the command line adds to an option's schema. Everything is optional. */
export interface FlagFacts {
  /** One letter: `-i`. */
  readonly short?: `-${string}`;
  /**
   * Further spellings, with their dashes: the original's `-iit`, `-single-loss`, `-lr`. Underscores
   * for dashes (`--iit_weight`) are always understood and need no entry.
   */
  readonly aliases?: readonly `-${string}`[];
  /** The value in help: `N`, `FILE`. Default by type. */
  readonly placeholder?: string;
  /** What the number counts or measures, shown behind the default: `epochs`. */
  readonly unit?: string;
  /** Where the default comes from: `Conmy et al. 2023`. */
  readonly origin?: string;
  /** What happens by default, in words, if the default is not a value: `all cases`. */
  readonly defaultText?: string;
  /** The heading in help. Default: that of the command's own options. */
  readonly group?: string;
  /** A switch that may be followed by 0, 1, true or false, as the original wrote it. */
  readonly takesBoolean?: boolean;
  /** A list that may also be given as several arguments: `--metric a b`. */
  readonly takesMany?: boolean;
  /** A list whose items may contain commas: each use of the flag adds one item. */
  readonly isWhole?: boolean;
}

/**
 * The schema with its one-line meaning and flag facts, kept in Zod's metadata.
 *
 * Schemas without facts make flags too: the key in dashes, the type as placeholder, and the
 * description if there is one. `flag(z.int().min(0).default(2000), "Passes …", { unit: "epochs" })`.
 */
export function flag<Schema extends z.ZodType>(
  schema: Schema,
  summary: string,
  facts: FlagFacts = {},
): Schema {
  return schema.meta({ description: summary, flag: facts });
}
