import { InterpBenchError, reasonOf } from "../errors/index.ts";
import { arithmeticFault, isArithmeticFault } from "./arithmetic.ts";
import type { MapSOp, SelectSelector, SequenceMapSOp } from "./expression.ts";
import { showValue } from "./format.ts";
import { canonicalValue, isRaspValue, isTruthy, type RaspValue, resultError } from "./value.ts";

/**
 * `f(x)` of a map, checked.
 *
 * @throws InterpBenchError `E_RASP_ARITHMETIC` if the function has no value for its argument (see
 *   {@link isArithmeticFault}), `E_RASP_FUNCTION` if it threw, `E_RASP_VALUE` if it returned
 *   something that is not a RASP value; each names the sub-expression and the argument
 */
export function callMap(sop: MapSOp, x: RaspValue): RaspValue {
  return checked(sop.name, [x], () => sop.f(x));
}

/** `f(x, y)` of a sequence map, checked like {@link callMap}. */
export function callSequenceMap(sop: SequenceMapSOp, x: RaspValue, y: RaspValue): RaspValue {
  return checked(sop.name, [x, y], () => sop.f(x, y));
}

/** `predicate(key, query)` of a select, checked like {@link callMap}. */
export function callPredicate(selector: SelectSelector, key: RaspValue, query: RaspValue): boolean {
  return isTruthy(checked(selector.name, [key, query], () => selector.predicate(key, query)));
}

function checked(name: string, args: readonly RaspValue[], call: () => unknown): RaspValue {
  let result: unknown;
  try {
    result = call();
    if (Number.isNaN(result)) throw arithmeticFault("the function returned NaN");
  } catch (error) {
    throw describeFailure(error, describeCall(name, args));
  }
  if (isRaspValue(result)) return canonicalValue(result);
  throw resultError(result, describeCall(name, args));
}

function describeCall(name: string, args: readonly RaspValue[]): string {
  return `"${name}" of ${args.map(showValue).join(" and ")}`;
}

function describeFailure(error: unknown, at: string): InterpBenchError {
  const hint = "The function must accept every value its operands can take.";
  if (error instanceof InterpBenchError) {
    const { expected, received } = error;
    return new InterpBenchError(error.code, error.message, {
      at,
      expected,
      received,
      hint: error.hint ?? hint,
      cause: error,
    });
  }
  const reason = reasonOf(error);
  return new InterpBenchError("E_RASP_FUNCTION", `a RASP function threw: ${reason}`, {
    at,
    hint,
    cause: error,
  });
}
