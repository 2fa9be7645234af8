import { InterpBenchError } from "../../errors/index.ts";
import type { ProgressMessage } from "./progress.ts";

/** Something a worker knows how to do, and what it is to be done with: plain data. */
export interface Errand {
  /** One of the tasks that the worker serves. */
  readonly task: string;
  readonly data: unknown;
}

/** What a worker is told: plain data, like everything that crosses to a thread and back. */
export type Order =
  | { readonly kind: "run"; readonly errand: Errand }
  /** The user has interrupted: stop at the next safe point with the state saved. */
  | { readonly kind: "stop" };

/** How an order to run ended. */
export type Answer =
  | { readonly kind: "done"; readonly value: unknown }
  | { readonly kind: "failed"; readonly error: ErrorData }
  | { readonly kind: "stopped" };

/** What a worker tells: how far it is, that it has heard of the interruption, and in the end the answer. */
export type Report =
  | { readonly kind: "progress"; readonly message: ProgressMessage }
  | { readonly kind: "stopping" }
  | Answer;

/** A thread that serves orders (`serveOrders`): what is needed of a `Worker`. */
export interface WorkerThread {
  postMessage(order: Order): void;
  on(event: "message", listener: (report: Report) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
  terminate(): Promise<unknown>;
}

/** An error without its class. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  /** The details of an {@link InterpBenchError}; absent for other errors. */
  readonly known?: {
    readonly code: InterpBenchError["code"];
    readonly expected: string | undefined;
    readonly received: string | undefined;
    readonly at: string | undefined;
    readonly hint: string | undefined;
  };
}

/** An error as plain data; its stack and its cause stay behind. */
export function errorData(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message } = error;
  if (!(error instanceof InterpBenchError)) return { name, message };
  const { code, expected, received, at, hint } = error;
  return { name, message, known: { code, expected, received, at, hint } };
}

/** The error that {@link errorData} was made of: the same text, the same document. */
export function errorOf({ name, message, known }: ErrorData): Error {
  if (known === undefined) return Object.assign(new Error(message), { name });
  const { code, ...details } = known;
  return new InterpBenchError(code, message, details);
}
