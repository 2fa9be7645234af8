import { InterpBenchError } from "../../errors/index.ts";
import type { CommandOutput, JsonDocument } from "../command.ts";
import { UsageError } from "../usage.ts";
import type { ProgressMessage } from "./progress.ts";

/** What a worker is told: plain data, like everything that crosses to a thread and back. */
export type Order =
  | {
      readonly kind: "run";
      /** The words of the command: `train iit`. */
      readonly command: string;
      /** Its options, checked. */
      readonly options: Readonly<Record<string, unknown>>;
      /** Given if what it has to say to people is wanted, too: how that is written. */
      readonly text?: { readonly colours: boolean };
    }
  /** The user has interrupted: stop at the next safe point with the state saved. */
  | { readonly kind: "stop" };

/** How an order to run ended. */
export type Answer =
  | { readonly kind: "done"; readonly document: JsonDocument; readonly output?: OutputData }
  | { readonly kind: "failed"; readonly error: ErrorData }
  | { readonly kind: "stopped" };

/** What a worker tells: how far it is, that it has heard of the interruption, and in the end the answer. */
export type Report =
  | { readonly kind: "progress"; readonly message: ProgressMessage }
  | { readonly kind: "stopping" }
  | Answer;

/** The output of a command without its document, with its text written. */
export interface OutputData extends Pick<CommandOutput, "kind" | "exitCode"> {
  readonly text: string;
}

/** An error without its class. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  /** The details of an {@link InterpBenchError}; absent for other errors. */
  readonly known?: {
    readonly code: InterpBenchError["code"];
    readonly isUsage: boolean;
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
  const isUsage = error instanceof UsageError;
  return { name, message, known: { code, isUsage, expected, received, at, hint } };
}

/** The error that {@link errorData} was made of: the same text, the same document. */
export function errorOf({ name, message, known }: ErrorData): Error {
  if (known === undefined) return Object.assign(new Error(message), { name });
  const { code, isUsage, ...details } = known;
  return new (isUsage ? UsageError : InterpBenchError)(code, message, details);
}
