import { type ErrorCode, InterpBenchError, unknownNameError } from "../errors/index.ts";

/** A mistake in how the program was called, as opposed to one that happens while it works: exit 2. */
export class UsageError extends InterpBenchError {}

/** Runs `action` and makes every `InterpBenchError` it throws a {@link UsageError}. */
export function asUsage<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof InterpBenchError ? toUsage(error) : error;
  }
}

/** The same for an action that takes its time. */
export async function waitAsUsage<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof InterpBenchError ? toUsage(error) : error;
  }
}

/** The usage error for a name that is not one of `candidates`, with the nearest ones. */
export function unknownName(
  code: ErrorCode,
  kind: string,
  name: string,
  candidates: Iterable<string>,
  at?: string,
): UsageError {
  return toUsage(unknownNameError(code, kind, name, candidates, at));
}

/** The same error as a mistake in how the program was called. */
export function toUsage(error: InterpBenchError): UsageError {
  const { expected, received, at, hint, cause } = error;
  return new UsageError(error.code, error.message, { expected, received, at, hint, cause });
}
