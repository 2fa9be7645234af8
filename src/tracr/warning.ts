import type { InterpBenchError, WarningCode } from "../errors/index.ts";

/** The kinds of reasons why a compiled transformer does something else than its program. */
export type CompileWarningCode = Extract<WarningCode, `W_TRACR_${string}`>;

/** What is said of a function that has no value for an argument. */
export function faultMessage({ message, at }: InterpBenchError): string {
  return `${message} (at ${at}): it is compiled as "no value"`;
}

/** Something the compiled transformer does differently from the program. */
export interface CompileWarning {
  readonly code: CompileWarningCode;
  /** The label of the node it is about. */
  readonly node: string;
  readonly message: string;
  /** The shortest examined input, without BOS, whose output is wrong; of faults found there. */
  readonly fromLength?: number;
}
