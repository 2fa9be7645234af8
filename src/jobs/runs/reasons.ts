import { type ErrorCode, formatError, InterpBenchError } from "../../errors/index.ts";

/** What says that an algorithm is not made for a model or its data. */
const INAPPLICABLE: readonly ErrorCode[] = [
  "E_ABLATION",
  "E_LOSS",
  "E_METRIC",
  "E_OPTION",
  "E_TASK",
];

/** Why a run has no result: without places and hints, which are of one machine. */
export function reasonOfError(error: unknown): { readonly code: string; readonly reason: string } {
  if (!(error instanceof InterpBenchError))
    return { code: "E_INTERNAL", reason: formatError(error) };
  const { code, message, expected, received } = error;
  return { code, reason: formatError(new InterpBenchError(code, message, { expected, received })) };
}

/** Whether an algorithm refused what it is not made for, which is no fault. */
export const isInapplicable = (error: unknown): boolean =>
  error instanceof InterpBenchError && INAPPLICABLE.includes(error.code);
