import { resolve } from "node:path";
import { formatError, InterpBenchError, printableLines } from "../errors/index.ts";
import { flagValues, resolveOptions, UsageError } from "../flags/index.ts";
import { errorDocument, Interrupted, loadPlugins, workerPool } from "../jobs/index.ts";
import {
  createProgress,
  type Progress,
  styleOf,
  terminalText,
  wantsColours,
} from "../report/index.ts";
import { packageVersion, readWithin } from "../store/index.ts";
import type { CommandOutput } from "./command.ts";
import { execute } from "./execute.ts";
import type { Io } from "./io.ts";
import { type CommonOptions, commonOptions } from "./options/common.ts";
import { outputJson } from "./output.ts";
import { assertPluginsLoaded, pluginWords, withPlugins } from "./plugins.ts";
import {
  commonFlags,
  findCommand,
  type Invocation,
  type ProgramOptions,
  parseInvocation,
} from "./program/program.ts";
import { loadRegistry, type Registry, registryWith } from "./registry.ts";

/** Exit codes: all done, some job failed, wrong usage, interrupted with the state saved. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/**
 * The whole program: reads the arguments (without `node` and the script), runs the command, writes
 * its output, and returns the exit code. Touches nothing but `io` and the files the command is for.
 */
export async function runCli(
  given: readonly string[],
  io: Io,
  commands?: Registry,
): Promise<number> {
  const wantsJson = given.includes("--json");
  try {
    const { files, others } = pluginWords(given);
    const plugins = await loadPlugins(files, pluginPlace(io));
    const known = await withPlugins(commands ?? (await registryFor(given)), plugins);
    const about = known.about?.((words) => assertCommandLine(words, known, io)) ?? [];
    const all = { ...known, commands: [...known.commands, ...about] };
    // Where there is no command yet, as in `run --help`, there is none that takes the flag.
    const words = findCommand(given, all) === undefined ? others : given;
    const invocation = parseInvocation(words, all, programOptions(io));
    if (invocation.kind === "text") {
      io.stdout.write(invocation.text);
      return EXIT.done;
    }
    return await runCommand(invocation, io, files);
  } catch (error) {
    if (error instanceof Interrupted) {
      io.stderr.write("interrupted\n");
      return EXIT.interrupted;
    }
    io.stderr.write(`${errorText(error, io)}\n`);
    if (wantsJson) writeIfPossible(io, outputJson("error", errorDocument(error)));
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

/** The commands that words can mean: those that run algorithms only if they are none of the others. */
async function registryFor(words: readonly string[]): Promise<Registry> {
  const others = registryWith([]);
  return findCommand(words, others) === undefined ? loadRegistry() : others;
}

const programOptions = (io: Io): ProgramOptions => ({
  version: packageVersion(),
  program: io.program,
  width: Math.min(io.stdout.columns ?? 80, 120),
  hasColours: wantsColours(io.stdout.isTerminal, io.env),
});

/** Throws unless these words are a command with options that fit. */
function assertCommandLine(words: readonly string[], commands: Registry, io: Io): void {
  const invocation = parseInvocation(words, commands, programOptions(io));
  if (invocation.kind === "text") {
    throw new UsageError("E_COMMAND", "this asks for help, not for work", { at: words.join(" ") });
  }
  optionsOf(invocation, io);
}

const pluginPlace = ({ cwd, signal }: Io) => ({ folder: cwd, signal });

/** Standard output may be what the error is about, which has been said already. */
function writeIfPossible(io: Io, text: string): void {
  try {
    io.stdout.write(text);
  } catch {}
}

type CommandInvocation = Extract<Invocation, { kind: "command" }>;

/** The options of all commands, and those of the one that is meant, checked. */
function optionsOf({ command, texts }: CommandInvocation, io: Io) {
  const common = commonOf(texts, io);
  const flags = flagValues([...command.arguments, ...command.flags], texts);
  const { config, set } = common;
  return { common, options: command.options({ config, set, flags, read: readerIn(io) }) };
}

async function runCommand(
  invocation: CommandInvocation,
  io: Io,
  plugins: readonly string[],
): Promise<number> {
  const { command, retired } = invocation;
  const { common, options } = optionsOf(invocation, io);
  assertPluginsLoaded(options, plugins);

  const progress = progressTo(io, common);
  for (const { name, flag } of retired) {
    if (flag.fate === "refused")
      throw new UsageError("E_FLAG", `${name} is not supported`, { hint: flag.note });
    progress.warn(`${name} has no effect: ${flag.note}`);
  }
  const { startWorker, signal } = io;
  const workers = startWorker && workerPool(() => startWorker(plugins), { progress, signal });
  let output: CommandOutput;
  try {
    output = await execute(command, options, { io, progress, wantsJson: common.json, workers });
  } finally {
    await workers?.close();
  }
  if (common.json) io.stdout.write(outputJson(output.kind, output.document));
  else {
    const style = styleOf(wantsColours(io.stdout.isTerminal, io.env));
    io.stdout.write(terminalText(output.text(style), style));
  }
  return output.exitCode ?? EXIT.done;
}

function commonOf(texts: Readonly<Record<string, unknown>>, io: Io): CommonOptions {
  const flags = flagValues(commonFlags, texts);
  return resolveOptions(commonOptions, commonFlags, {
    config: undefined,
    set: [],
    flags,
    read: readerIn(io),
  });
}

/** Reads files whose relative names start at the working directory. */
const readerIn =
  ({ cwd }: Io) =>
  (file: string) =>
    readWithin(resolve(cwd, file)).toString("utf8");

function progressTo(io: Io, { log }: CommonOptions): Progress {
  const { stderr } = io;
  const hasColours = wantsColours(stderr.isTerminal, io.env);
  return createProgress({
    write: (text) => stderr.write(text),
    mode: log ?? (stderr.isTerminal && io.env.TERM !== "dumb" ? "pretty" : "plain"),
    now: io.now,
    columns: () => stderr.columns,
    rows: () => stderr.rows,
    style: styleOf(hasColours),
  });
}

/** One paragraph; for errors that are no one's fault but ours, and with INTERPBENCH_DEBUG, the stack. */
function errorText(error: unknown, io: Io): string {
  const style = styleOf(wantsColours(io.stderr.isTerminal, io.env));
  const text = `${style.red("error:")} ${formatError(error)}`;
  const isBug = !(error instanceof InterpBenchError);
  const wantsStack = isBug || (io.env.INTERPBENCH_DEBUG ?? "") !== "";
  const stack = error instanceof Error ? error.stack : undefined;
  const whole =
    wantsStack && stack !== undefined ? `${text}\n${style.dim(printableLines(stack))}` : text;
  return terminalText(whole, style);
}
