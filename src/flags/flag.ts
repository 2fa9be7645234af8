import { z } from "zod";
import { annotated, type Schema } from "../errors/index.ts";

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
  /** The default, where the schema leaves it to something else. */
  readonly fallback?: unknown;
  /** Other texts for values: the original's `val/IIA` for `iia`. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** The heading in help. Default: that of the command's own options. */
  readonly group?: string;
  /** A switch that may be followed by 0, 1, true or false, as the original wrote it. */
  readonly takesBoolean?: boolean;
  /** A list that may also be given as several arguments: `--metric a b`. */
  readonly takesMany?: boolean;
  /** A flag whose values may also be given as arguments, before or after it: `run acdc 3`. */
  readonly isArgumentToo?: boolean;
  /** A value may be a program file, which is run. */
  readonly isProgram?: boolean;
  /** Understood, but not listed in help: what it asks for is not offered. */
  readonly isHidden?: boolean;
  /** Values are not shown, not even in errors. */
  readonly isSecret?: boolean;
  /** A list whose items may contain commas: each use of the flag adds one item. */
  readonly isWhole?: boolean;
}

/**
 * The schema with its one-line meaning and flag facts, kept in Zod's metadata.
 *
 * Schemas without facts make flags too: the key in dashes, the type as placeholder, and the
 * description if there is one. `flag(z.int().min(0).default(2000), "Passes …", { unit: "epochs" })`.
 */
export function flag<S extends Schema>(schema: S, summary: string, facts: FlagFacts = {}): S {
  return annotated(schema, { description: summary, flag: facts });
}

/** The schema with further flag facts, which win over those it has. */
export function amendFlag<S extends Schema>(schema: S, facts: FlagFacts): S {
  const { flag: own, ...metadata } = z.globalRegistry.get(schema) ?? {};
  return annotated(schema, {
    ...metadata,
    flag: { ...(own as FlagFacts | undefined), ...facts },
  });
}

/** Options under a heading of help; some with further flag facts, by their keys. */
export function grouped<Shape extends Readonly<Record<string, Schema>>>(
  group: string,
  shape: Shape,
  facts: { readonly [Key in keyof Shape]?: FlagFacts } = {},
): Shape {
  const entries = Object.entries(shape).map(([key, schema]) => [
    key,
    amendFlag(schema, { group, ...facts[key] }),
  ]);
  return Object.fromEntries(entries) as Shape;
}

/** A shape whose members may all be absent: defaults are left to whoever reads the values. */
export type OptionalShape<Shape extends z.core.$ZodShape> = {
  [Key in keyof Shape]: z.ZodOptional<Shape[Key]>;
};

/**
 * The same options, but absent ones stay absent, so that it shows which were given. Help still
 * names the defaults, but not where each comes from.
 *
 * @param defaults what help names in place of the defaults of the schemas
 */
export function withoutDefaults<Shape extends Readonly<Record<string, Schema>>>(
  shape: Shape,
  facts: FlagFacts = {},
  defaults: { readonly [Key in keyof Shape]?: unknown } = {},
): OptionalShape<Shape> {
  const entries = Object.entries(shape).map(([key, schema]) => {
    const { flag: own, ...metadata } = z.globalRegistry.get(schema) ?? {};
    const parsed = z.safeParse(schema, undefined);
    const fallback = defaults[key] ?? (parsed.success ? parsed.data : undefined);
    const { def } = (schema as z.core.$ZodTypes)._zod;
    const mayBeAbsent = def.type === "default" || def.type === "optional";
    const inner = mayBeAbsent ? def.innerType : schema;
    const { origin: _, ...kept } = (own as FlagFacts | undefined) ?? {};
    const all: FlagFacts = { fallback, ...kept, ...facts };
    return [key, annotated(z.optional(inner), { ...metadata, flag: all })];
  });
  return Object.fromEntries(entries) as OptionalShape<Shape>;
}
