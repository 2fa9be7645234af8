import { inFlags } from "../flags/index.ts";
import { interruptHandlers, untilInterrupted, type WorkerPool } from "../jobs/index.ts";
import { caseOpener } from "../models/index.ts";
import { type Progress, wantsColours } from "../report/index.ts";
import type { Command, CommandOutput, Context } from "./command.ts";
import type { Io } from "./io.ts";
import { lazily } from "./lazily.ts";
import { runIsolated } from "./threads.ts";

/** What surrounds a command, on the main thread and on workers. */
export interface Surroundings {
  readonly io: Io;
  readonly progress: Progress;
  readonly wantsJson: boolean;
  /** Where cases run side by side; absent if there are no threads to be had. */
  readonly workers?: WorkerPool | undefined;
}

/**
 * Runs a command with options that have been checked, until it is done or interrupted. Throws what
 * it throws, and `Interrupted`.
 */
export async function execute(
  command: Command,
  options: Readonly<Record<string, unknown>>,
  { io, progress, wantsJson, workers }: Surroundings,
): Promise<CommandOutput> {
  const name = command.path.join(" ");
  const handlers = interruptHandlers();
  // There may be no working directory, which is no matter where nothing is opened.
  const opener = lazily(() => caseOpener({ folder: io.cwd, signal: io.signal, instead: INSTEAD }));
  const flags = [...command.arguments, ...command.flags];
  const worded: Context["worded"] = (error) => inFlags(error, flags);
  const context: Context = {
    io,
    name,
    wantsJson,
    progress,
    signal: io.signal,
    onInterrupt: handlers.add,
    openCase: async (source) => opener()(source),
    worded,
    workers,
  };
  const isolated = workers !== undefined && command.isolate(options) ? workers : undefined;
  const colours = wantsColours(io.stdout.isTerminal, io.env);
  const work = () =>
    isolated === undefined
      ? command.run(context, options)
      : runIsolated(isolated, { command: name, options, colours });
  try {
    return await untilInterrupted(work, io.signal, handlers);
  } catch (error) {
    throw worded(error);
  }
}

/** How what a program file does not say is said here. */
const INSTEAD = { vocab: `--vocab '["a","b"]'`, maxSeqLen: "--max-seq-len" };
