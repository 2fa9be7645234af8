import { en } from "zod/locales";
import * as z from "zod/mini";

/** Any schema, written with `zod` or with `zod/mini`. */
export type Schema = z.core.$ZodType;

/** Any schema of objects, with the schemas of their members. */
export type ObjectSchema = z.core.$ZodObject & {
  readonly shape: Readonly<Record<string, Schema>>;
};

/** The words of messages; they are not set for all of Zod, which the program may use, too. */
const ENGLISH = en().localeError;

/** The value as the schema's output, or what is wrong with it, in English. */
export function parseWith<S extends Schema>(
  schema: S,
  value: unknown,
): z.core.util.SafeParseResult<z.output<S>> {
  return z.safeParse(schema, value, { error: ENGLISH });
}

/** A copy of the schema with metadata in Zod's registry, such as its description. */
export function annotated<S extends Schema>(schema: S, metadata: z.core.GlobalMeta): S {
  const copy = z.clone(schema);
  z.globalRegistry.add(copy, metadata);
  return copy;
}

/** The first thing that a schema finds wrong with a value. */
export interface SchemaFault {
  /** The keys that lead to it, with dots between; empty for the value itself. */
  readonly at: string;
  readonly expected: string;
  /** What is there. */
  readonly received: unknown;
  /** How many more things are wrong. */
  readonly more: number;
}

/** What Zod's messages say besides what was expected. */
const PREAMBLE = /^(Invalid (input|option|key in record)|Too (small|big)): expected /;
const RECEIVED = /, received \w+$/;

/** What an error of Zod says about the value that it is about. */
export function schemaFault({ issues }: z.core.$ZodError, value: unknown): SchemaFault {
  const { path, message } = issues[0]!;
  return {
    at: path.map(String).join("."),
    expected: message.replace(PREAMBLE, "").replace(RECEIVED, ""),
    received: path.reduce(memberOf, value),
    more: issues.length - 1,
  };
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<PropertyKey, unknown>>)[key];
}
