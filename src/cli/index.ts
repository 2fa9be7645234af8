/**
 * @file The command line: one file per command; parses, calls the library, prints.
 *
 * A command is a definition with one Zod schema, from which its flags, help, configuration file and
 * defaults are made. `runCli(arguments, io)` is the whole program as a function; only `main.ts` and
 * `worker.ts`, the files that a process and its threads start on, touch the process. Jobs of several
 * cases run on threads, to which only plain data crosses. May import: every other
 * layer; nothing imports this one.
 */

export type { OriginalFlag as RetiredFlag } from "../discovery/index.ts";
export { type FlagFacts, flag, UsageError, unknownName } from "../flags/index.ts";
export {
  type Command,
  type CommandDefinition,
  type CommandOutput,
  type Context,
  defineCommand,
  type Example,
} from "./command.ts";
export type { Io, OutputStream } from "./io.ts";
export { type JobList, type JobSettings, runJobs } from "./jobs.ts";
export { loadRegistry, type Registry } from "./registry.ts";
export { EXIT, runCli } from "./run.ts";
