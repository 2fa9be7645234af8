import { UsageError } from "../flags/index.ts";
import { errorData, type JsonDocument, type Tasks } from "../jobs/index.ts";
import { styleOf } from "../report/index.ts";
import type { Command } from "./command.ts";
import { execute } from "./execute.ts";
import type { Io } from "./io.ts";
import { COMMAND_TASK, type CommandAnswer, type CommandOrder } from "./threads.ts";

/**
 * What the threads of the command line can do: run the commands they are sent, as the program itself
 * would. `ioOf` makes a command's world of the signal that is aborted when the thread is told to stop.
 */
export function commandTasks(
  commands: readonly Command[],
  ioOf: (signal: AbortSignal) => Io,
): Tasks {
  return {
    async [COMMAND_TASK](order: CommandOrder, { progress, signal }): Promise<CommandAnswer> {
      const command = commands.find(({ path }) => path.join(" ") === order.command)!;
      try {
        const surroundings = { io: ioOf(signal), progress, wantsJson: true };
        const output = await execute(command, order.options, surroundings);
        const { kind, exitCode = 0 } = output;
        // Arrays are the output of lists, such as that of all cases, never of a job.
        const document = output.document as JsonDocument;
        const text = output.text(styleOf(order.colours));
        return { document, output: { kind, exitCode, text } };
      } catch (error) {
        if (error instanceof UsageError) return { usage: errorData(error) };
        throw error;
      }
    },
  };
}
