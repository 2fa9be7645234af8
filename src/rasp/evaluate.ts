import { describeValue, InterpBenchError } from "../errors/index.ts";
import { callMap, callPredicate, callSequenceMap } from "./call.ts";
import { argumentError, checkExpression, checkOptions } from "./check.ts";
import {
  dependenciesFirst,
  type Expression,
  isSelector,
  type Selector,
  type SOp,
} from "./expression.ts";
import { showValue, showValues } from "./format.ts";
import { canonicalValue, isNumeric, isRaspValue, type RaspValue } from "./value.ts";

/** How a program is evaluated. */
export interface EvaluateOptions {
  /** Whether no selector may select a key behind its query (default false). */
  readonly causal?: boolean;
  /**
   * Selects that select no key and for no query without a value, whatever their predicate says: as
   * attention does (default none).
   */
  readonly blind?: ReadonlySet<Selector>;
  /**
   * Values of some sub-expressions, which are taken instead of computed, masks included: how
   * interventions are made (default none).
   */
  readonly given?: Partial<Trace>;
}

/** The value of an SOp: one per position `[pos]`. */
export type Sequence = readonly RaspValue[];
/** The value of a selector: `[query][key]`. */
export type SelectorMatrix = readonly (readonly boolean[])[];

/** The values of all sub-expressions of a program on one input. */
export interface Trace {
  readonly sequences: ReadonlyMap<SOp, Sequence>;
  readonly matrices: ReadonlyMap<Selector, SelectorMatrix>;
}

/**
 * The value of an expression on the sequence `xs` (a string is a sequence of its characters).
 *
 * Each distinct sub-expression is evaluated once. With `causal`, every selector (also inside
 * and/or/not) is masked to keys at or before the query.
 *
 * @example
 * ```ts
 * evaluate(makeReverse(tokens), "abc"); // ["c", "b", "a"]
 * ```
 * @throws InterpBenchError with the name of the sub-expression that has no value
 */
export function evaluate(program: SOp, xs: Sequence | string, options?: EvaluateOptions): Sequence;
export function evaluate(
  program: Selector,
  xs: Sequence | string,
  options?: EvaluateOptions,
): SelectorMatrix;
export function evaluate(
  program: Expression,
  xs: Sequence | string,
  options: EvaluateOptions = {},
): Sequence | SelectorMatrix {
  const { sequences, matrices } = evaluateAll(program, xs, options);
  return isSelector(program) ? matrices.get(program)! : sequences.get(program)!;
}

/** The values of the expression and of every sub-expression on `xs`. */
export function evaluateAll(
  program: Expression,
  xs: Sequence | string,
  options: EvaluateOptions = {},
): Trace {
  checkExpression("evaluate(program, xs): program", program);
  const {
    causal = false,
    blind,
    given = {},
  } = checkOptions("evaluate(program, xs, options): options", options);
  const isSequence = typeof xs === "string" || Array.isArray(xs);
  if (!isSequence) throw argumentError("evaluate(program, xs): xs", "an array or a string", xs);
  const input = [...xs].map(checkInput);
  const sequences = new Map<SOp, Sequence>();
  const matrices = new Map<Selector, SelectorMatrix>();
  for (const expression of dependenciesFirst(program)) {
    if (isSelector(expression)) {
      const known = given.matrices?.get(expression);
      const isBlind = blind?.has(expression) ?? false;
      const matrix =
        known ?? selectorValue(expression, input.length, { sequences, matrices }, isBlind);
      matrices.set(expression, causal && known === undefined ? maskFuture(matrix) : matrix);
    } else {
      const known = given.sequences?.get(expression);
      sequences.set(expression, known ?? sopValue(expression, input, { sequences, matrices }));
    }
  }
  return { sequences, matrices };
}

/** The same, or why the program cannot be evaluated on `xs`. */
export function tryEvaluate(
  program: Expression,
  xs: Sequence | string,
  options?: EvaluateOptions,
): Trace | InterpBenchError {
  try {
    return evaluateAll(program, xs, options);
  } catch (error) {
    if (error instanceof InterpBenchError) return error;
    throw error;
  }
}

function checkInput(value: RaspValue, position: number): RaspValue {
  if (isRaspValue(value)) return canonicalValue(value);
  throw new InterpBenchError("E_RASP_VALUE", "an input is not a sequence of RASP values", {
    at: `position ${position}`,
    expected: "null, a boolean, a number, a string or an array of these",
    received: describeValue(value),
  });
}

function sopValue(sop: SOp, input: Sequence, { sequences, matrices }: Trace): Sequence {
  switch (sop.kind) {
    case "tokens":
      return input;
    case "indices":
      return input.map((_, i) => i);
    case "length":
      return input.map(() => input.length);
    case "full":
      return input.map(() => sop.fill);
    case "constantSOp":
      return checkLength(sop.name, sop.values, sop.checkLength ? input.length : undefined);
    case "map":
      return sequences.get(sop.inner)!.map((x) => (x === null ? null : callMap(sop, x)));
    case "orElse":
      return sequences.get(sop.inner)!.map((x) => x ?? sop.fallback);
    case "sequenceMap":
      return zip(sop.name, sequences.get(sop.fst)!, sequences.get(sop.snd)!, (x, y) =>
        callSequenceMap(sop, x, y),
      );
    case "linearSequenceMap":
      return zip(sop.name, sequences.get(sop.fst)!, sequences.get(sop.snd)!, (x, y) =>
        linearValue(sop.name, sop.fstFactor, x, sop.sndFactor, y),
      );
    case "selectorWidth":
      return matrices.get(sop.selector)!.map((row) => row.filter(Boolean).length);
    case "aggregate": {
      const values = sequences.get(sop.sop)!;
      return matrices.get(sop.selector)!.map((row) => {
        const selected = values.filter((_, key) => row[key]);
        return selected.length === 0 ? sop.default : mean(sop.name, selected);
      });
    }
  }
}

function selectorValue(
  selector: Selector,
  size: number,
  { sequences, matrices }: Trace,
  isBlind: boolean,
): SelectorMatrix {
  switch (selector.kind) {
    case "select": {
      const [keys, queries] = [sequences.get(selector.keys)!, sequences.get(selector.queries)!];
      const isUnseen = (value: RaspValue) => isBlind && value === null;
      return queries.map((query) =>
        keys.map(
          (key) => !isUnseen(key) && !isUnseen(query) && callPredicate(selector, key, query),
        ),
      );
    }
    case "selectorAnd":
      return combine(matrices.get(selector.fst)!, matrices.get(selector.snd)!, (a, b) => a && b);
    case "selectorOr":
      return combine(matrices.get(selector.fst)!, matrices.get(selector.snd)!, (a, b) => a || b);
    case "selectorNot":
      return matrices.get(selector.inner)!.map((row) => row.map((selected) => !selected));
    case "constantSelector":
      return checkLength(selector.name, selector.matrix, selector.checkLength ? size : undefined);
  }
}

/** The mean of numbers and booleans, or the one value there is. */
function mean(name: string, selected: Sequence): RaspValue {
  if (selected.every(isNumeric)) {
    return selected.reduce<number>((sum, value) => sum + Number(value), 0) / selected.length;
  }
  if (selected.length === 1) return selected[0]!;
  throw new InterpBenchError("E_RASP_AGGREGATE", "selected values have no mean", {
    at: `"${name}"`,
    expected: "numbers and booleans, or a single value",
    received: showValues(selected),
    hint: "Let the selector select at most one key per query, or aggregate numbers.",
  });
}

/** `a·x + b·y` of two numbers. */
function linearValue(name: string, a: number, x: RaspValue, b: number, y: RaspValue): RaspValue {
  if (!isNumeric(x) || !isNumeric(y)) {
    throw new InterpBenchError(
      "E_RASP_TYPE",
      "a linear combination of values that are not numbers",
      {
        at: `"${name}" of ${showValue(x)} and ${showValue(y)}`,
      },
    );
  }
  return canonicalValue(a * Number(x) + b * Number(y));
}

function zip(
  name: string,
  xs: Sequence,
  ys: Sequence,
  f: (x: RaspValue, y: RaspValue) => RaspValue,
): Sequence {
  checkLength(name, ys, xs.length);
  return xs.map((x, i) => (x === null || ys[i] === null ? null : f(x, ys[i]!)));
}

function combine(
  fst: SelectorMatrix,
  snd: SelectorMatrix,
  f: (a: boolean, b: boolean) => boolean,
): SelectorMatrix {
  return fst.map((row, query) =>
    row.map((selected, key) => f(selected, snd[query]?.[key] ?? false)),
  );
}

/** The matrix without the keys behind their query: the lower triangle. */
function maskFuture(matrix: SelectorMatrix): SelectorMatrix {
  return matrix.map((row, query) => row.map((selected, key) => selected && key <= query));
}

function checkLength<T>(
  name: string,
  values: readonly T[],
  expected: number | undefined,
): readonly T[] {
  if (expected === undefined || values.length === expected) return values;
  throw new InterpBenchError("E_RASP_LENGTH", "a sequence has another length than the input", {
    at: `"${name}"`,
    expected: `${expected} values`,
    received: `${values.length} values`,
  });
}
