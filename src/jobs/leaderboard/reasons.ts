import { type ErrorCode, formatError, InterpBenchError } from "../../errors/index.ts";

/** What says that an algorithm is not made for a model or its data. */
const INAPPLICABLE: readonly ErrorCode[] = [
  "E_ABLATION",
  "E_LOSS",
  "E_METRIC",
  "E_OPTION",
  "E_TASK",
];

/** Why a run has no result. */
export function reasonOfError(error: unknown): { readonly code: string; readonly reason: string } {
  const code = error instanceof InterpBenchError ? error.code : "E_INTERNAL";
  return { code, reason: formatError(error) };
}

/** Whether an algorithm refused what it is not made for, which is no fault. */
export const isInapplicable = (error: unknown): boolean =>
  error instanceof InterpBenchError && INAPPLICABLE.includes(error.code);
