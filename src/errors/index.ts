/**
 * @file The one error class of the package, and what its texts are made of: nearest names, what a
 * value is, what a schema found wrong, texts cut and escaped.
 *
 * Errors are data: a stable `code`, what was expected, what was received, where, and what to do.
 * May import: nothing but Zod.
 */
export {
  type CodeFacts,
  ERROR_CODES,
  type ErrorCode,
  WARNING_CODES,
  type WarningCode,
} from "./codes.ts";
export { describeValue, reasonOf } from "./describe.ts";
export { type ErrorDetails, formatError, InterpBenchError } from "./error.ts";
export { nearestNames, unknownNameError } from "./nearest.ts";
export {
  annotated,
  type ObjectSchema,
  parseWith,
  type Schema,
  type SchemaFault,
  schemaFault,
} from "./schema.ts";
export { cutForError, printable, printableJson, printableLines, truncate } from "./text.ts";
