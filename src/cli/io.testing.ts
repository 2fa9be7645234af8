import type { Command } from "./command.ts";
import type { Io } from "./io.ts";
import { runCli } from "./run.ts";

/** What a run of the program wrote and returned. */
export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A world for the program that remembers what was written to it. */
export function memoryIo(overrides: Partial<Io> & { readonly isTerminal?: boolean } = {}) {
  const { isTerminal = false, ...rest } = overrides;
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") => ({
    write: (text: string) => {
      written[name] += text;
    },
    isTerminal,
    columns: isTerminal ? 80 : undefined,
    rows: isTerminal ? 24 : undefined,
  });
  const io: Io = {
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    env: {},
    cwd: process.cwd(),
    program: "interpbench",
    now: Date.now,
    signal: new AbortController().signal,
    ...rest,
  };
  return { io, written };
}

/** Runs the program with these commands only. */
export async function runWith(
  commands: readonly Command[],
  given: readonly string[],
  overrides: Parameters<typeof memoryIo>[0] = {},
): Promise<CliResult> {
  const { io, written } = memoryIo(overrides);
  const groups = { train: "Train transformers", run: "Discover circuits" };
  const exitCode = await runCli(given, io, { commands, groups });
  return { exitCode, ...written };
}

/** Runs the program as it is, with all its commands. */
export async function run(
  given: readonly string[],
  overrides: Parameters<typeof memoryIo>[0] = {},
): Promise<CliResult> {
  const { io, written } = memoryIo(overrides);
  return { exitCode: await runCli(given, io), ...written };
}

/** The words of all command lines of `program` in a text, each as a shell would read it. */
export function typedLines(text: string, program: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.includes(`${program} `))
    .map((line) => {
      const typed = line.slice(line.indexOf(program) + program.length).replace(/ {2}.*/, "");
      const words = typed.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];
      return words.map((word) => word.replace(/'([^']*)'|\\(.)/g, "$1$2"));
    });
}
