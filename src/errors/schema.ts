import * as z from "zod/mini";

/** Any schema, written with `zod` or with `zod/mini`. */
export type Schema = z.core.$ZodType;

/** Any schema of objects, with the schemas of their members. */
export type ObjectSchema = z.core.$ZodObject & {
  readonly shape: Readonly<Record<string, Schema>>;
};

/**
 * The value as the schema's output, or what is wrong with it: each issue's message says what was
 * expected, in the schema's own words where it has some.
 */
export function parseWith<S extends Schema>(
  schema: S,
  value: unknown,
): z.core.util.SafeParseResult<z.output<S>> {
  return z.safeParse(schema, value, { error: expectationOf });
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

/** What was expected where an issue is; like Zod's English, without its introductions. */
function expectationOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected;
    case "invalid_value":
      return issue.values.length === 1 ? quoted(issue.values[0]) : `one of ${listed(issue.values)}`;
    case "too_small":
      return sizeText(issue, issue.inclusive === true ? ">=" : ">", issue.minimum);
    case "too_big":
      return sizeText(issue, issue.inclusive === true ? "<=" : "<", issue.maximum);
    case "unrecognized_keys":
      return `Unrecognized key${issue.keys.length > 1 ? "s" : ""}: ${issue.keys.map(quoted).join(", ")}`;
    case "invalid_union":
      return Array.isArray(issue.options)
        ? `Invalid discriminator value. Expected ${issue.options.map((o) => `'${o}'`).join(" | ")}`
        : "Invalid input";
    default:
      return "Invalid input";
  }
}

const quoted = (value: unknown) =>
  typeof value === "string" ? JSON.stringify(value) : String(value);

const listed = (values: readonly unknown[]) => values.map(quoted).join("|");

/** What sizes of things count; numbers are their own. */
const UNITS: Readonly<Record<string, string>> = { string: "characters", array: "items" };

function sizeText(
  { origin, exact }: { readonly origin: string; readonly exact?: boolean },
  relation: string,
  size: number | bigint,
): string {
  const unit = UNITS[origin];
  const how = exact === true ? "exactly " : relation;
  return unit === undefined
    ? `${origin} to be ${how}${size}`
    : `${origin} to have ${how}${size} ${unit}`;
}

/** What an error of {@link parseWith} says about the value that it is about. */
export function schemaFault({ issues }: z.core.$ZodError, value: unknown): SchemaFault {
  const { path, message } = issues[0]!;
  return {
    at: path.map(String).join("."),
    expected: message,
    received: path.reduce(memberOf, value),
    more: issues.length - 1,
  };
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<PropertyKey, unknown>>)[key];
}
