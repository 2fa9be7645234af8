import type { z } from "zod";

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
export function schemaFault({ issues }: z.ZodError, value: unknown): SchemaFault {
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
