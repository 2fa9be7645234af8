/**
 * @file The one error class of the package, and nearest-name suggestions for its hints.
 *
 * Errors are data: a stable `code`, what was expected, what was received, where, and what to do.
 * May import: nothing.
 */
export { describeValue, reasonOf } from "./describe.ts";
export { type ErrorDetails, formatError, InterpBenchError } from "./error.ts";
export { nearestNames, unknownNameError } from "./nearest.ts";
export { type SchemaFault, schemaFault } from "./schema-fault.ts";
export { cutForError, printable, printableJson, printableLines, truncate } from "./text.ts";
