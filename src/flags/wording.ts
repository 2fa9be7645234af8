import { InterpBenchError } from "../errors/index.ts";
import { dashed, type FlagSpec } from "./spec.ts";
import { UsageError } from "./usage.ts";

/**
 * A text of the library in which options, and values of them, stand in backticks, with the flags of a
 * command in their place: `seed` is --seed, `recipe: fast` is --recipe fast, `earlyStop: false` is
 * --no-early-stop. What is no option of the command stays as it is.
 */
export function withFlags(text: string, flags: readonly Pick<FlagSpec, "key">[]): string {
  return text.replace(/`(\w+)(?:: ([\w.-]+))?`/g, (whole, key: string, value?: string) => {
    if (!flags.some((flag) => flag.key === key)) return whole;
    if (value === "false") return `--no-${dashed(key)}`;
    const long = `--${dashed(key)}`;
    return value === undefined || value === "true" ? long : `${long} ${value}`;
  });
}

/** An error of the library in the words of a command; what else is thrown is left alone. */
export function inFlags<E>(error: E, flags: readonly Pick<FlagSpec, "key">[]): E {
  // Errors of usage are worded here already.
  if (!(error instanceof InterpBenchError) || error instanceof UsageError) return error;
  const { code, message, expected, received, at, hint, cause } = error;
  if (hint === undefined) return error;
  const details = { expected, received, at, hint: withFlags(hint, flags), cause };
  return new InterpBenchError(code, message, details) as E & InterpBenchError;
}
