import * as z from "zod/mini";
import {
  describeValue,
  InterpBenchError,
  type ObjectSchema,
  parseWith,
  schemaFault,
} from "../../errors/index.ts";
import { type Algorithm, type AlgorithmDefinition, defineAlgorithm } from "./algorithm.ts";

const sentence = z.string().check(z.minLength(1));

/** What is true of every definition of an algorithm. */
const definition = z.looseObject(
  {
    /** It can be a word of a command, and part of a folder's name. */
    name: z
      .string()
      .check(z.regex(/^[a-z][a-z0-9_-]*$/, "a word of lower-case letters, digits, _ and -")),
    title: sentence,
    summary: sentence,
    reference: z.optional(z.looseObject({ text: sentence, url: sentence })),
    maturity: z.looseObject({
      tier: z.enum(["verified", "experimental", "baseline"]),
      verifiedOn: z.array(z.string()),
    }),
    granularity: z.enum(["qkv", "head"]),
    ranks: z.optional(z.enum(["edges", "nodes"])),
    produces: z.array(z.enum(["scores", "circuit"])),
    options: z.custom<ObjectSchema>(isObjectSchema, "a schema of zod, such as z.object({})"),
    discover: z.custom<unknown>(isFunction, "a function (task, options, context)"),
  },
  "what defineAlgorithm or defineEdgeRanking gives",
);

function isObjectSchema(value: unknown): boolean {
  return typeof value === "object" && value !== null && "_zod" in value && "shape" in value;
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

/**
 * The algorithm that a value is, or is the definition of. `E_PLUGIN` for anything else, with the member
 * that is wrong.
 *
 * @param at where the value comes from, for errors
 */
export function asAlgorithm(value: unknown, at: string): Algorithm {
  const parsed = parseWith(definition, value);
  if (parsed.success) return defineAlgorithm(value as AlgorithmDefinition<ObjectSchema>);
  const fault = schemaFault(parsed.error, value);
  throw new InterpBenchError("E_PLUGIN", "this is no algorithm", {
    at: fault.at === "" ? at : `${at}: ${fault.at}`,
    expected: fault.expected,
    received: describeValue(fault.received),
    hint: "docs/discovery.md has examples.",
  });
}
