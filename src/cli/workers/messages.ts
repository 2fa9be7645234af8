import { InterpBenchError } from "../../errors/index.ts";
import type { JsonDocument } from "../command.ts";
import type { ProgressMessage } from "./progress.ts";

/** What a worker is told: plain data, like everything that crosses to a thread and back. */
export type Order =
  | {
      readonly kind: "run";
      /** The words of the command: `train iit`. */
      readonly command: string;
      /** Its options, checked. */
      readonly options: Readonly<Record<string, unknown>>;
    }
  /** The user has interrupted: stop at the next safe point with the state saved. */
  | { readonly kind: "stop" };

/** How an order to run ended. */
export type Answer =
  | { readonly kind: "done"; readonly document: JsonDocument }
  | { readonly kind: "failed"; readonly error: ErrorData }
  | { readonly kind: "stopped" };

/** What a worker tells: how far it is, and in the end the answer. */
export type Report = { readonly kind: "progress"; readonly message: ProgressMessage } | Answer;

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
