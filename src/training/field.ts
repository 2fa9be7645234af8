import { annotated, type Schema } from "../errors/index.ts";

/** What command lines show besides a field's description. */
export interface FieldFacts {
  readonly unit?: string;
  /** Where the default comes from. */
  readonly origin?: string;
  /** The original's spellings. */
  readonly aliases?: readonly `-${string}`[];
}

/** A schema with its one-line meaning, in Zod's metadata. */
export function field<S extends Schema>(schema: S, description: string, flag: FieldFacts = {}): S {
  return annotated(schema, { description, flag });
}
