import * as z from "zod/mini";
import {
  annotated,
  InterpBenchError,
  type ObjectSchema,
  parseWith,
  type Schema,
  schemaFault,
  unknownNameError,
} from "../../errors/index.ts";

/** What help says about an option besides its meaning; everything is optional. */
export interface OptionFacts {
  /** What a number counts or measures. */
  readonly unit?: string;
  /** Where the default comes from. */
  readonly origin?: string;
  /** What happens by default, in words, if the default is not a value. */
  readonly defaultText?: string;
  /** Words that stand for values on the command line. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** What tables call it: `λ`. Default: its name, in words. */
  readonly label?: string;
  /** The original's spellings of its flag: `-t`, `--normalize-scores`. */
  readonly aliases?: readonly `-${string}`[];
  /** The flag of the command line that sets it, in camelCase. Default: its name. */
  readonly flagName?: string;
  /** Whether it is a flag of all algorithms, such as the seed. */
  readonly isCommon?: boolean;
  /** The original's options in its place, of which the one that fits the task's outputs counts. */
  readonly byOutputs?: OutputOptions;
}

/** Two options in place of one: for tasks with classes and for tasks with numbers. */
export type OutputOptions = Readonly<
  Record<"classes" | "numbers", { readonly name: string; readonly values: readonly string[] }>
>;

/** An option's schema with its meaning (Zod's `description`) and facts (Zod's metadata, `flag`). */
export function option<S extends Schema>(schema: S, summary: string, facts: OptionFacts = {}): S {
  return annotated(schema, { description: summary, flag: facts });
}

/** The facts of an option; none of what is no option. */
export function optionFacts(schema: Schema | undefined): OptionFacts {
  return ((schema && z.globalRegistry.get(schema)?.flag) as OptionFacts | undefined) ?? {};
}

/** Those of some values that are of options which all algorithms share, as far as these have them: a seed. */
export function sharedOptions(
  { shape }: ObjectSchema,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const isShared = (key: string) => key in shape && optionFacts(shape[key]).isCommon === true;
  return Object.fromEntries(Object.entries(values).filter(([key]) => isShared(key)));
}

const descriptionOf = (schema: Schema | undefined) =>
  schema && z.globalRegistry.get(schema)?.description;

const shown = (value: unknown): string =>
  typeof value === "number" || value === undefined ? String(value) : JSON.stringify(value);

/** Checks options against their schema and fills in the defaults. Throws `E_OPTION`. */
export function parseOptions<Options extends ObjectSchema>(
  schema: Options,
  options: z.input<Options>,
): z.output<Options> {
  const names = Object.keys(schema.shape);
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw unknownNameError("E_OPTION", "option", name, names, name);
  }
  const parsed = parseWith(schema, options);
  if (parsed.success) return parsed.data;
  const { at: key, expected, received } = schemaFault(parsed.error, options);
  if (key === "") {
    throw new InterpBenchError("E_OPTION", "the options do not fit together", { expected });
  }
  throw new InterpBenchError("E_OPTION", `the option "${key}" is not usable`, {
    at: key,
    expected,
    received: shown(received),
    hint: descriptionOf(schema.shape[key]),
  });
}
