import type { CommanderError } from "commander";
import { nearestNames } from "../../errors/index.ts";
import type { FlagSpec } from "../../flags/index.ts";
import { cut, spellingsOf, UsageError, unknownName } from "../../flags/index.ts";
import type { Command } from "../command.ts";
import type { Registry } from "../registry.ts";
import { notYetError } from "./not-yet.ts";

/** The error for words that name no command of `program`, with the nearest ones. */
export function unknownCommandError(
  words: readonly string[],
  registry: Registry,
  program: string,
): UsageError {
  const notYet = notYetError(words);
  if (notYet !== undefined) return notYet;
  const known = registry.commands.map(({ path }) => path.join(" "));
  const both = words.slice(0, 2).join(" ");
  const isGroup = registry.commands.some(({ path }) => path[0] === words[0]);
  const name = isGroup || nearestNames(both, known).length > 0 ? both : words[0]!;
  if (isGroup && words.length > 1 && nearestNames(both, known).length === 0) {
    return new UsageError("E_COMMAND", `no command "${cut(both)}"`, {
      expected: subcommandsText(words[0]!, registry),
      hint: `See "${program} ${words[0]} --help".`,
    });
  }
  const withSameEnd = registry.commands.filter(({ path }) => path.at(-1) === words.at(-1));
  if (withSameEnd.length === 0) return unknownName("E_COMMAND", "command", name, known);
  const candidates = withSameEnd.map(({ path }) => `"${path.join(" ")}"`).join(" or ");
  return new UsageError("E_COMMAND", `no command "${name}"`, {
    hint: `Did you mean ${candidates}?`,
  });
}

/** What may follow the first word of a command: `list, show, run, metadata`. */
export function subcommandsText(word: string, { commands }: Registry): string {
  return commands
    .filter(({ path }) => path[0] === word)
    .map(({ path }) => path.slice(1).join(" "))
    .join(", ");
}

/** The error for flags without a command before them. */
export function missingCommandError(first: string | undefined, program: string): UsageError {
  const flags = first === undefined || first === "--" ? "" : ` before ${cut(first)}`;
  return new UsageError("E_COMMAND", `a command is missing${flags}`, {
    hint: `The command comes first, then its flags. See "${program} --help".`,
  });
}

/** What commander found wrong, in our words; `given`: the arguments that are no flags. */
export function parseError(
  error: CommanderError,
  given: readonly string[],
  command: Command | undefined,
  flags: readonly FlagSpec[],
  program: string,
): UsageError {
  const path = command?.path ?? [];
  const hint = `See "${[program, ...path, "--help"].join(" ")}".`;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.unknownOption": {
      const known = [
        ...spellingsOf(flags).keys(),
        "--help",
        ...(command === undefined ? ["--version"] : []),
      ];
      const error = unknownName("E_FLAG", "flag", quoted.split("=")[0]!, known);
      return error.hint === undefined ? new UsageError(error.code, error.message, { hint }) : error;
    }
    case "commander.optionMissingArgument": {
      const long = /--[^ ]+/.exec(quoted)?.[0] ?? quoted;
      return new UsageError("E_FLAG", `${long} needs a value`, { hint });
    }
    case "commander.missingArgument":
      return new UsageError("E_ARGUMENT", `the argument ${quoted} is missing`, { hint });
    case "commander.excessArguments":
      return new UsageError("E_ARGUMENT", "there are too many arguments", {
        expected: `at most ${command?.arguments.length ?? 0}`,
        received: given.join(" "),
        hint,
      });
    default:
      return new UsageError("E_ARGUMENT", error.message.replace(/^error: /, ""), { hint });
  }
}
