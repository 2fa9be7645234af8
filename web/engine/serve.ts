import { InterpBenchError, reasonOf } from "../../src/errors/index.ts";
import type {
  Failure,
  InputOf,
  MethodName,
  OutputOf,
  Port,
  ProgressOf,
  Reply,
  Request,
} from "./protocol.ts";

/** Whom a method tells how far it is, and how it is stopped. */
export interface CallContext<P> {
  readonly onProgress: (progress: P) => void;
  readonly signal: AbortSignal;
}

/** What does the work of every method. */
export type Handlers = {
  readonly [M in MethodName]: (
    input: InputOf<M>,
    context: CallContext<ProgressOf<M>>,
  ) => OutputOf<M> | Promise<OutputOf<M>>;
};

/**
 * Answers what comes in through a port; calls run side by side, where they wait for something. A method
 * without a handler fails.
 */
export function serveEngine(port: Port, handlers: Partial<Handlers>): void {
  const running = new Map<number, AbortController>();
  const reply = (message: Reply) => port.postMessage(message, transferablesIn(message));
  const call = async (id: number, method: MethodName, input: unknown) => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const output = await handlerOf(handlers, method)(input, {
        signal: controller.signal,
        onProgress: (progress: unknown) => reply({ kind: "progress", id, progress }),
      });
      reply({ kind: "done", id, output });
    } catch (error) {
      reply({ kind: "failed", id, failure: failureOf(error, controller.signal.aborted) });
    } finally {
      running.delete(id);
    }
  };
  port.addEventListener("message", ({ data }) => {
    const request = data as Request;
    if (request.kind === "stop") running.get(request.id)?.abort();
    else void call(request.id, request.method, request.input);
  });
}

type Handler = (input: unknown, context: unknown) => unknown;

function handlerOf(handlers: Partial<Handlers>, method: MethodName): Handler {
  const found = handlers[method] as Handler | undefined;
  if (found !== undefined) return found;
  throw new Error(`the engine of this page does not do "${method}"`);
}

function failureOf(error: unknown, isStopped: boolean): Failure {
  if (!(error instanceof InterpBenchError)) {
    const message = reasonOf(error);
    return { code: undefined, message, isStopped };
  }
  const { code, message, expected, received, at, hint } = error;
  return { code, message, expected, received, at, hint, isStopped };
}

/** The memory that an answer can hand over instead of copying it: arrays that own all of theirs. */
function transferablesIn(value: unknown, found = new Set<Transferable>()): Transferable[] {
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteLength } = value;
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) found.add(buffer);
  } else if (Array.isArray(value)) {
    for (const part of value) transferablesIn(part, found);
  } else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) transferablesIn(part, found);
  }
  return [...found];
}
