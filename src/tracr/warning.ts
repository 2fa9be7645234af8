import type { InterpBenchError } from "../errors/index.ts";

/** The kinds of reasons why a compiled transformer does something else than its program. */
export type WarningCode =
  /** A function has no value for an argument. */
  | "W_TRACR_ARITHMETIC"
  /** A ReLU loses negative numbers. */
  | "W_TRACR_NEGATIVE"
  /** Selector widths come too close to each other. */
  | "W_TRACR_WIDTH"
  /** A function of numbers meets averages that the value set does not hold. */
  | "W_TRACR_MEAN"
  /** A function of numbers has steps closer than its neurons are steep. */
  | "W_TRACR_STEP"
  /** Different categories are averaged. */
  | "W_TRACR_AVERAGE"
  /** BOS has a value that attention finds. */
  | "W_TRACR_BOS"
  /** Attention is not saturated. */
  | "W_TRACR_SOFT";

/** What is said of a function that has no value for an argument. */
export function faultMessage({ message, at }: InterpBenchError): string {
  return `${message} (at ${at}): it is compiled as "no value"`;
}

/** Something the compiled transformer does differently from the program. */
export interface CompileWarning {
  readonly code: WarningCode;
  /** The label of the node it is about. */
  readonly node: string;
  readonly message: string;
  /** The shortest examined input, without BOS, whose output is wrong; of faults found there. */
  readonly fromLength?: number;
}
