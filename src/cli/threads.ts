import type { InterpBenchError } from "../errors/index.ts";
import { toUsage } from "../flags/index.ts";
import { type ErrorData, errorOf, type JsonDocument, type WorkerPool } from "../jobs/index.ts";
import type { CommandOutput } from "./command.ts";

/** A command to be run on a thread. */
export interface CommandOrder {
  /** The words of the command: `train iit`. */
  readonly command: string;
  /** Its options, checked. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How what it has to say to people is written. */
  readonly colours: boolean;
}

/** How a command on a thread ended; other errors than those of usage cross by themselves. */
export type CommandAnswer =
  | {
      readonly document: JsonDocument;
      readonly output: Pick<CommandOutput, "kind" | "exitCode"> & { readonly text: string };
    }
  | { readonly usage: ErrorData };

/** What threads call running a command. */
export const COMMAND_TASK = "command";

/**
 * The whole output of a command that runs a program which is not ours, made on a thread: the program
 * can be stopped there, and can stop nothing else.
 */
export async function runIsolated(
  workers: WorkerPool,
  order: CommandOrder,
): Promise<CommandOutput> {
  const errand = { task: COMMAND_TASK, data: order };
  const answer = (await workers.runForeign(errand)) as CommandAnswer;
  if ("usage" in answer) throw toUsage(errorOf(answer.usage) as InterpBenchError);
  const { document, output } = answer;
  return { ...output, document, text: () => output.text };
}
