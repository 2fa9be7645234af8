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

/** An error that the engine reported. */
export class EngineError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "EngineError";
    this.failure = failure;
  }
}

/** What an error tells: what the engine reported, in whichever part of the program it became an error, or its text. */
export function failureOf(error: unknown): Failure {
  return error instanceof Error && error.name === "EngineError"
    ? (error as EngineError).failure
    : { code: undefined, message: String(error), isStopped: false };
}

/** Whom a call tells how far it is, and how it is stopped. */
export interface CallOptions<M extends MethodName> {
  readonly onProgress?: (progress: ProgressOf<M>) => void;
  readonly signal?: AbortSignal;
}

/** The library at work in another thread. */
export interface Engine {
  /** Rejects with an {@link EngineError}; with `isStopped` if the signal ended it. */
  call<M extends MethodName>(
    method: M,
    input: InputOf<M>,
    options?: CallOptions<M>,
  ): Promise<OutputOf<M>>;
}

interface Pending {
  readonly resolve: (output: never) => void;
  readonly reject: (error: EngineError) => void;
  readonly onProgress: ((progress: never) => void) | undefined;
}

/** The engine at the other end of a port. */
export function connectEngine(port: Port): Engine & { fail(message: string): void } {
  const pending = new Map<number, Pending>();
  let calls = 0;
  port.addEventListener("message", ({ data }) => {
    const reply = data as Reply;
    const call = pending.get(reply.id);
    if (call === undefined) return;
    if (reply.kind === "progress") {
      call.onProgress?.(reply.progress as never);
      return;
    }
    pending.delete(reply.id);
    if (reply.kind === "done") call.resolve(reply.output as never);
    else call.reject(new EngineError(reply.failure));
  });
  const send = (request: Request) => port.postMessage(request);
  return {
    call: (method, input, { onProgress, signal } = {}) =>
      new Promise((resolve, reject) => {
        const id = calls++;
        pending.set(id, { resolve, reject, onProgress });
        send({ kind: "call", id, method, input });
        if (signal === undefined) return;
        const stop = () => send({ kind: "stop", id });
        if (signal.aborted) stop();
        else signal.addEventListener("abort", stop, { once: true });
      }),
    fail: (message) => {
      for (const { reject } of pending.values()) {
        reject(new EngineError({ code: undefined, message, isStopped: false }));
      }
      pending.clear();
    },
  };
}

/**
 * Starts the engine in a worker made of its code: from a blob, since a page that was opened as a file
 * may load no other.
 */
export function startEngine(code: Blob): Engine {
  const worker = new Worker(URL.createObjectURL(code));
  const engine = connectEngine(worker as unknown as Port);
  worker.addEventListener("error", (event) =>
    engine.fail(event.message || "the engine did not start"),
  );
  return engine;
}
