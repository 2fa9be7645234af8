import type { ErrorCode } from "../../src/errors/index.ts";
import type { Methods } from "./methods.ts";

/** What can be asked of the engine. */
export type MethodName = keyof Methods;

export type InputOf<M extends MethodName> = Methods[M]["input"];
export type OutputOf<M extends MethodName> = Methods[M]["output"];
/** What is told while the work goes on; `never` for what takes no time. */
export type ProgressOf<M extends MethodName> = Methods[M]["progress"];

/** What a page sends. A call is known by its number. */
export type Request =
  | {
      readonly kind: "call";
      readonly id: number;
      readonly method: MethodName;
      readonly input: unknown;
    }
  | { readonly kind: "stop"; readonly id: number };

/** What the engine sends: any number of times how far a call is, and once what came of it. */
export type Reply =
  | { readonly kind: "progress"; readonly id: number; readonly progress: unknown }
  | { readonly kind: "done"; readonly id: number; readonly output: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly failure: Failure };

/** An error as data: what an `InterpBenchError` says, or only a message. */
export interface Failure {
  /** `undefined` for an error of the program itself. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly expected?: string | undefined;
  readonly received?: string | undefined;
  readonly at?: string | undefined;
  readonly hint?: string | undefined;
  /** Whether the call was stopped by who made it. */
  readonly isStopped: boolean;
}

/** One end of a channel: a worker, what a worker has of itself, or a `MessagePort`. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}
