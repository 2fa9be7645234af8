import { Command as CommanderCommand, CommanderError, type Help } from "commander";
import type { OriginalFlag } from "../../discovery/index.ts";
import { type FlagSpec, flagSpecs, normaliseArguments, UsageError } from "../../flags/index.ts";
import { styleOf } from "../../report/index.ts";
import type { Command } from "../command.ts";
import { commonOptions } from "../options/common.ts";
import type { Registry } from "../registry.ts";
import { missingCommandError, parseError, subcommandsText, unknownCommandError } from "./errors.ts";
import { itemText, WIDEST_TERM } from "./help.ts";
import { describeLeaf, givenTexts, optionTerm } from "./leaf.ts";

/** What the user asked for: a command with the texts of its flags, or a text such as help. */
export type Invocation =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "command";
      readonly command: Command;
      /** Key → text, texts of a list, or truth of a switch; of own and common options. */
      readonly texts: Readonly<Record<string, unknown>>;
      readonly retired: readonly { readonly name: string; readonly flag: OriginalFlag }[];
    };

/** Options of {@link parseInvocation}. */
export interface ProgramOptions {
  readonly version: string;
  /** How the user calls the program: `npx interpbench`. */
  readonly program: string;
  /** Width of help texts, in columns. */
  readonly width: number;
  readonly hasColours: boolean;
}

/** The flags every command has. */
export const commonFlags: readonly FlagSpec[] = flagSpecs(commonOptions);

/**
 * What the arguments (without `node` and the script) ask for. Usage errors: `E_COMMAND` for unknown
 * or incomplete commands, `E_FLAG` for unknown flags and flags without their value, `E_ARGUMENT`
 * for missing and surplus arguments.
 */
export function parseInvocation(
  given: readonly string[],
  registry: Registry,
  options: ProgramOptions,
): Invocation {
  const asked = given[0] === "help" ? [...given.slice(1), "--help"] : given;
  const found = findCommand(asked, registry);
  if (found === undefined) assertCommand(asked, registry, options.program);
  const flags = found === undefined ? commonFlags : [...found.flags, ...commonFlags];
  const rest = normaliseArguments(asked.slice(found?.path.length ?? 0), flags, found?.retired);

  const pieces: string[] = [];
  const style = styleOf(options.hasColours);
  const root = rootCommand(options, (text) => pieces.push(text));
  const leaves = registry.commands.map((command) => {
    const parent = command.path.slice(0, -1).reduce((at, word) => child(at, word, registry), root);
    const leaf = parent.command(command.path.at(-1)!);
    leaf.summary(command.summary);
    if (command === found) {
      describeLeaf(leaf, command, commonFlags, { style, program: options.program });
    }
    return { command, leaf: leaf.action(() => undefined) };
  });
  const words = [...(found?.path ?? []), ...rest.arguments];
  try {
    root.parse(words.length === 0 ? ["--help"] : words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "text", text: pieces.join("") };
    const given = leaves.find(({ command }) => command === found)?.leaf.args ?? words;
    throw parseError(error, given, found, flags, options.program);
  }
  const reached = leaves.find(({ command }) => command === found);
  if (reached === undefined) throw missingCommandError(asked[0], options.program);
  const { command, leaf } = reached;
  return { kind: "command", command, texts: givenTexts(leaf, command), retired: rest.retired };
}

/** The same word, whether it is written with dashes or underscores, as flags can be. */
const isSameWord = (a: string, b = "") => a.replaceAll("-", "_") === b.replaceAll("-", "_");

/** The command that arguments begin with, if they name one in full. */
export function findCommand(given: readonly string[], { commands }: Registry): Command | undefined {
  return commands
    .filter(({ path }) => path.every((word, i) => isSameWord(word, given[i])))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/** Flags that need no command. */
const ROOT_FLAGS = ["-h", "--help", "-V", "--version"];

/** Throws unless there is nothing but a flag for help or version, perhaps after a command's first word. */
function assertCommand(given: readonly string[], registry: Registry, program: string): void {
  const end = given.findIndex((word) => word.startsWith("-"));
  const words = end === -1 ? given : given.slice(0, end);
  const flag = end === -1 ? undefined : given[end]!;
  if (words.length === 0) {
    const isCommon = commonFlags.some(({ long }) => flag?.split("=")[0] === long);
    if (flag === "--" || isCommon) throw missingCommandError(flag, program);
    return;
  }
  const isGroup = registry.commands.some(({ path }) => path[0] === words[0]);
  if (words.length > 1 || !isGroup) throw unknownCommandError(words, registry, program);
  if (flag !== undefined && ROOT_FLAGS.includes(flag)) return;
  throw new UsageError("E_COMMAND", `"${words[0]}" needs to know what`, {
    expected: subcommandsText(words[0]!, registry),
    hint: `See "${program} ${words[0]} --help".`,
  });
}

function rootCommand(options: ProgramOptions, write: (text: string) => void): CommanderCommand {
  const style = styleOf(options.hasColours);
  return new CommanderCommand("interpbench")
    .exitOverride()
    .helpOption("-h, --help", "Explain this command")
    .helpCommand(false)
    .configureOutput({
      writeOut: write,
      writeErr: () => undefined,
      outputError: () => undefined,
      getOutHelpWidth: () => options.width,
      getOutHasColors: () => options.hasColours,
    })
    .configureHelp({
      styleTitle: (text) => style.bold(text),
      visibleCommands: (command) => command.commands.flatMap(leavesOf),
      subcommandTerm: pathOf,
      optionTerm,
      padWidth: (command, helper) => Math.min(WIDEST_TERM, longestTerm(command, helper)),
      formatItem: (term, termWidth, description, helper) =>
        itemText(term, termWidth, description, helper.helpWidth ?? options.width),
    })
    .description(
      "Transformers whose internal circuit is known: compile them, train them, discover their circuits, and score what was found against the truth.",
    )
    .usage("<command> [options]")
    .version(options.version, "-V, --version", "Print the version")
    .addHelpText(
      "after",
      `\nSee "${options.program} <command> --help" for the options of a command.`,
    );
}

function longestTerm(command: CommanderCommand, helper: Help): number {
  return Math.max(
    helper.longestOptionTermLength(command, helper),
    helper.longestSubcommandTermLength(command, helper),
    helper.longestArgumentTermLength(command, helper),
  );
}

function leavesOf(command: CommanderCommand): CommanderCommand[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

/** The words of a command as help lists it: `cases show`. */
function pathOf(command: CommanderCommand): string {
  const { parent } = command;
  return parent === null || parent.parent === null
    ? command.name()
    : `${pathOf(parent)} ${command.name()}`;
}

function child(parent: CommanderCommand, word: string, { groups }: Registry): CommanderCommand {
  const existing = parent.commands.find((command) => command.name() === word);
  return (
    existing ??
    parent
      .command(word)
      .description(groups[word] ?? "")
      .usage("<command> [options]")
  );
}
