/**
 * @file Options as flags: from one schema the flags of a command with their spellings, values from the command
 * line, `--config` files and `--set`, what help and errors call them, and the command lines that say the same.
 *
 * Knows no command. An option is described once, where it is used: `option` of discovery, or `flag`. Runs in
 * browsers, too, where forms are made of the same descriptions.
 * May import: errors, discovery (facts of options), formats, report.
 */
export { commandLine } from "./command-line.ts";
export { amendFlag, type FlagFacts, flag, grouped, withoutDefaults } from "./flag.ts";
export { normaliseArguments, spellingsOf } from "./normalise.ts";
export { type OptionSources, resolveOptions } from "./resolve.ts";
export { isTypableModel, type RunLine, runLine, runOfResult } from "./run-line.ts";
export { shellWord } from "./shell-word.ts";
export { dashed, type FlagSpec, flagSpecs } from "./spec.ts";
export { asUsage, toUsage, UsageError, unknownName, waitAsUsage } from "./usage.ts";
export { cut, flagValue, flagValues, placeholderOf } from "./values.ts";
export { inFlags } from "./wording.ts";
