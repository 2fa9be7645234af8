import { styleOf } from "../../report/index.ts";
import type { Command, JsonDocument } from "../command.ts";
import { execute } from "../execute.ts";
import { Interrupted } from "../interrupt.ts";
import type { Io } from "../io.ts";
import { type Answer, errorData, type Order, type Report } from "./messages.ts";
import { sentProgress } from "./progress.ts";

/** A worker's end of the line to the program. */
export interface Port {
  on(event: "message", listener: (order: Order) => void): unknown;
  postMessage(report: Report): void;
}

/**
 * A worker's whole life: runs the commands it is sent, one after the other, as the program itself
 * would. `ioOf` makes its world of the signal that is aborted when it is told to stop.
 */
export function serveOrders(
  port: Port,
  commands: readonly Command[],
  ioOf: (signal: AbortSignal) => Io,
): void {
  const interruption = new AbortController();
  const io = ioOf(interruption.signal);
  const send = (report: Report) => port.postMessage(report);
  port.on("message", (order) => {
    if (order.kind === "stop") {
      send({ kind: "stopping" });
      interruption.abort();
    } else void answer(order, commands, io, send).then(send);
  });
}

async function answer(
  order: Extract<Order, { kind: "run" }>,
  commands: readonly Command[],
  io: Io,
  send: (report: Report) => void,
): Promise<Answer> {
  try {
    const command = commands.find(({ path }) => path.join(" ") === order.command)!;
    const progress = sentProgress((message) => send({ kind: "progress", message }), io.now);
    const output = await execute(command, order.options, { io, progress, wantsJson: true });
    // Arrays are the output of lists, such as that of all cases, never of a job.
    const document = output.document as JsonDocument;
    if (order.text === undefined) return { kind: "done", document };
    const { kind, exitCode = 0 } = output;
    const text = output.text(styleOf(order.text.colours));
    return { kind: "done", document, output: { kind, exitCode, text } };
  } catch (error) {
    if (error instanceof Interrupted) return { kind: "stopped" };
    return { kind: "failed", error: errorData(error) };
  }
}
