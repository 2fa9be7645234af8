import { describeValue, InterpBenchError } from "../../errors/index.ts";

/** The error for a definition of a case that cannot be right; `name` is as in `case "3"`. */
export function badCase(
  name: string,
  at: string,
  expected: string,
  received: string,
  hint?: string,
): InterpBenchError {
  const message = `${name} is badly defined`;
  return new InterpBenchError("E_CASE", message, { at, expected, received, hint });
}

/** Throws {@link badCase} unless something holds of a part of a definition. */
export type Require = (holds: boolean, at: string, expected: string, received: unknown) => void;

/** The checks of one definition. */
export function requireOf(name: string): Require {
  return (holds, at, expected, received) => {
    if (!holds) throw badCase(name, at, expected, describeValue(received));
  };
}

/** Whether a part of a definition is an object with members. */
export const isPlainObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
