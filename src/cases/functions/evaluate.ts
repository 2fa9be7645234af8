import { describeValue, InterpBenchError, reasonOf } from "../../errors/index.ts";
import {
  canonicalValue,
  isRaspValue,
  type RaspValue,
  type Sequence,
  showSequence,
} from "../../rasp/index.ts";
import type { FunctionCase, VariableValues } from "../case.ts";

/** The name of what the first variables read. */
export const TOKENS = "tokens";

/** The values of the tokens and of all variables on one input, by name; `[pos]` each. */
export type Valuation = ReadonlyMap<string, Sequence>;

/**
 * What the variables of a case are on one input without BOS.
 *
 * @param given values of some of them, which are not computed: how interventions are made
 * @throws InterpBenchError `E_CASE` with the name of the variable whose function throws, reads what
 *   it does not name, or gives something else than one value for each token
 */
export function evaluateVariables(
  case_: Pick<FunctionCase, "id" | "variables">,
  tokens: Sequence,
  given: Valuation = new Map(),
): Valuation {
  const values = new Map<string, Sequence>([[TOKENS, Object.freeze([...tokens])]]);
  for (const name of Object.keys(case_.variables)) {
    values.set(name, given.get(name) ?? compute(case_, name, values));
  }
  return values;
}

/**
 * The variables of an input, one of which has a value of another input.
 *
 * @throws InterpBenchError `E_DATA` if the inputs are not of one length, and as
 *   {@link evaluateVariables} does
 */
export function exchanged(
  case_: Pick<FunctionCase, "id" | "variables">,
  values: Valuation,
  name: string,
  value: Sequence,
): Valuation {
  const tokens = values.get(TOKENS)!;
  if (value.length !== tokens.length) {
    const message = `inputs of different lengths exchange no variables of case "${case_.id}"`;
    throw new InterpBenchError("E_DATA", message, {
      expected: "inputs of one length",
      received: `${tokens.length} and ${value.length} tokens`,
    });
  }
  const changed = dependents(case_, name);
  const kept = [...values].filter(([other]) => !changed.has(other));
  return evaluateVariables(case_, tokens, new Map([...kept, [name, value]]));
}

/** The variables that depend on one, by name; the variable itself is none of them. */
function dependents({ variables }: Pick<FunctionCase, "variables">, name: string) {
  const found = new Set<string>();
  for (const [other, { reads }] of Object.entries(variables)) {
    if (reads.some((read) => read === name || found.has(read))) found.add(other);
  }
  return found;
}

/** What a variable reads, by name; anything else that is asked for is an error. */
function readValues(
  { id, variables }: Pick<FunctionCase, "id" | "variables">,
  name: string,
  values: Valuation,
): VariableValues {
  const { reads } = variables[name]!;
  const own = Object.fromEntries(reads.map((read) => [read, values.get(read)!]));
  return new Proxy(own, {
    get(target, key) {
      if (typeof key === "symbol" || Object.hasOwn(target, key)) return Reflect.get(target, key);
      throw new InterpBenchError(
        "E_CASE",
        `a variable of case "${id}" reads what it does not name`,
        {
          at: `variables.${name}`,
          expected: `${reads.join(", ")}, as its "reads" say`,
          received: key,
        },
      );
    },
  });
}

function compute(
  case_: Pick<FunctionCase, "id" | "variables">,
  name: string,
  values: Valuation,
): Sequence {
  const { compute, reads } = case_.variables[name]!;
  const { length } = values.get(TOKENS)!;
  const refuse = (received: string, cause?: unknown) =>
    new InterpBenchError("E_CASE", `a variable of case "${case_.id}" cannot be computed`, {
      at: `variables.${name}, for ${reads.map((read) => shownValue(read, values)).join(", ")}`,
      expected: `an array with a value for each of the ${length} tokens`,
      received,
      cause,
    });
  let result: unknown;
  try {
    result = compute(readValues(case_, name, values));
  } catch (cause) {
    if (cause instanceof InterpBenchError) throw cause;
    throw refuse(reasonOf(cause), cause);
  }
  if (!Array.isArray(result) || result.length !== length) throw refuse(describeValue(result));
  const wrong = Array.from(result).findIndex((value) => !isRaspValue(value));
  if (wrong >= 0) throw refuse(`${describeValue(result[wrong])} at token ${wrong}`);
  return Object.freeze((result as RaspValue[]).map(canonicalValue));
}

const shownValue = (name: string, values: Valuation) =>
  `${name} ${showSequence(values.get(name)!)}`;
