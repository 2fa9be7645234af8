import { InterpBenchError } from "../errors/index.ts";
import {
  type AggregateSOp,
  callMap,
  callSequenceMap,
  canonicalValue,
  floatRule,
  formatValue,
  isArithmeticFault,
  isAverageable,
  isNumeric,
  type RaspValue,
  type SOp,
  showValues,
  uniqueValues,
} from "../rasp/index.ts";
import { compareDirections, type Direction, makeDirection } from "./direction.ts";
import { type GraphNode, isSOpNode, type ProgramGraph } from "./graph.ts";
import { checkEntries } from "./linear.ts";
import type { Settings } from "./options.ts";
import { type CompileWarning, faultMessage } from "./warning.ts";

/** Everything an SOp can be, and what its function makes of everything its operands can be. */
export interface ValueSet {
  /** The possible values as directions `(label, value)`, in basis order. */
  readonly directions: readonly Direction[];
  /**
   * Of a map: `f(x)` for each value `x` of its operand `[x]`; of a sequence map: `f(x, y)` for each
   * pair `[x, y]` row-major; else empty. `null` where there is no value.
   */
  readonly results: readonly RaspValue[];
  /** Whether an integral number is labelled as a float (see `NumberType`). */
  readonly isFloat: (value: number) => boolean;
}

/** The value sets of all SOps of a program, by label. */
export interface InferredValues {
  readonly sets: ReadonlyMap<string, ValueSet>;
  readonly warnings: readonly CompileWarning[];
}

/** The largest number of value pairs of one sequence map: each becomes a neuron. */
const MAX_PAIRS = 1_000_000;

/** The largest number of values of all SOps together: most become directions. */
const MAX_VALUES = 500_000;

/**
 * The set of values each SOp can take on inputs of the vocabulary and length.
 *
 * It may be too large: the operands of a sequence map are taken to be independent. It may be too
 * small for a numerical aggregate, whose set holds `v / n` only for one selected `v` among `n`.
 * A value for which a function has an arithmetic fault is dropped with a warning.
 *
 * @throws InterpBenchError `E_RASP_UNSUPPORTED` for numerical aggregates of other values than 0
 *   and 1, `E_RASP_EMPTY` for an SOp that never has a value, and whatever the functions cause
 */
export function inferValues(graph: ProgramGraph, settings: Settings): InferredValues {
  const sets = new Map<string, ValueSet>();
  const warnings: CompileWarning[] = [];
  let total = 0;
  for (const label of graph.dependenciesFirst) {
    const node = graph.nodes.get(label)!;
    if (!isSOpNode(node)) continue;
    const set = inferNode(node, sets, settings, warnings);
    sets.set(label, set);
    total += set.directions.length;
    if (total > MAX_VALUES)
      throw tooManyValues(label, "the program has", MAX_VALUES, "values", total);
  }
  return Object.freeze({ sets, warnings });
}

function inferNode(
  node: GraphNode<SOp>,
  sets: ReadonlyMap<string, ValueSet>,
  { vocab, maxSeqLen }: Settings,
  warnings: CompileWarning[],
): ValueSet {
  const { label, expression: sop, children } = node;
  const guard = (compute: () => RaspValue) => valueOrWarning(label, compute, warnings);
  const operand = (i: number) => sets.get(children[i]!)!.directions;

  switch (sop.kind) {
    case "tokens":
      return valueSet(node, vocab);
    case "indices":
      return valueSet(node, range(maxSeqLen));
    case "selectorWidth":
      return valueSet(node, range(maxSeqLen + 1));
    case "map": {
      const results = operand(0).map((x) => guard(() => callMap(sop, x.value)));
      return valueSet(node, results, results);
    }
    case "orElse":
      return valueSet(node, [...operand(0).map((x) => x.value), sop.fallback]);
    case "sequenceMap": {
      checkPairs(label, operand(0).length * operand(1).length);
      if (children[0] !== children[1]) {
        const neurons = operand(0).length * operand(1).length;
        checkEntries(neurons * (operand(0).length + operand(1).length), `"${label}"`);
      }
      const results = operand(0).flatMap((x) =>
        operand(1).map((y) => guard(() => callSequenceMap(sop, x.value, y.value))),
      );
      return valueSet(node, results, results);
    }
    case "linearSequenceMap": {
      checkPairs(label, operand(0).length * operand(1).length);
      const { fstFactor, sndFactor } = sop;
      const sums = operand(0).flatMap((x) =>
        operand(1).map((y) => fstFactor * Number(x.value) + sndFactor * Number(y.value)),
      );
      return valueSet(node, sums);
    }
    case "aggregate": {
      const moved = sets.get(children[1]!)!;
      const values = moved.directions.map((direction) => direction.value);
      if (sop.encoding === "numerical") return valueSet(node, means(node, sop, values, maxSeqLen));
      return sop.numberType === "auto"
        ? valueSet(node, values, [], moved.isFloat)
        : valueSet(node, values);
    }
    default:
      throw new InterpBenchError("E_RASP_UNSUPPORTED", `internal: a ${sop.kind} passed validation`);
  }
}

/** The value of a function, or `null` with a warning if it has an arithmetic fault. */
function valueOrWarning(
  label: string,
  compute: () => RaspValue,
  warnings: CompileWarning[],
): RaspValue {
  try {
    return compute();
  } catch (error) {
    if (!isArithmeticFault(error)) throw error;
    const message = faultMessage(error);
    warnings.push(Object.freeze({ code: "W_TRACR_ARITHMETIC", node: label, message }));
    return null;
  }
}

function valueSet(
  { label, expression: sop }: GraphNode<SOp>,
  values: readonly RaspValue[],
  results: readonly RaspValue[] = [],
  inheritedRule?: (value: number) => boolean,
): ValueSet {
  const distinct = uniqueValues(values.map(canonicalValue)).filter((value) => value !== null);
  if (distinct.length === 0) {
    throw new InterpBenchError("E_RASP_EMPTY", `"${sop.name}" never has a value`, {
      at: label,
      expected: "at least one value for some token",
    });
  }
  if (sop.encoding === "numerical") checkNumbers(label, sop.name, distinct);
  const isFloat = inheritedRule ?? floatRule(sop.numberType, distinct);
  const directions = distinct
    .map((value) => makeDirection(label, value, formatValue(value, isFloat)))
    .sort(compareDirections);
  return Object.freeze({ directions, results, isFloat });
}

function checkNumbers(label: string, name: string, values: readonly RaspValue[]): void {
  const wrong = values.filter((value) => !isNumeric(value) || !isFinite32(Number(value)));
  if (wrong.length === 0) return;
  throw new InterpBenchError(
    "E_RASP_ENCODING",
    `numerical "${name}" has values that no weight can hold`,
    {
      at: label,
      expected: "booleans and numbers that float32 holds, up to ±3.4e38",
      received: showValues(wrong),
      hint: "Make it categorical.",
    },
  );
}

/** Whether a number is finite as a weight, which is a float32. */
const isFinite32 = (value: number) => Number.isFinite(Math.fround(value));

function checkPairs(label: string, pairs: number): void {
  if (pairs <= MAX_PAIRS) return;
  throw tooManyValues(label, `"${label}" combines`, MAX_PAIRS, "pairs of operand values", pairs);
}

function tooManyValues(
  label: string,
  subject: string,
  limit: number,
  what: string,
  count: number,
): InterpBenchError {
  return new InterpBenchError("E_TRACR_SIZE", `${subject} too many values`, {
    at: label,
    expected: `at most ${limit} ${what}`,
    received: String(count),
    hint: "Use a smaller vocabulary, shorter sequences or a shallower program.",
  });
}

/** `v / n` for each value and each number of selected keys. */
function means(
  { label }: GraphNode<SOp>,
  { name }: AggregateSOp,
  values: readonly RaspValue[],
  maxSeqLen: number,
): RaspValue[] {
  if (!values.every(isAverageable)) {
    throw new InterpBenchError(
      "E_RASP_UNSUPPORTED",
      `"${name}" averages other values than 0 and 1`,
      {
        at: label,
        received: showValues(values),
        hint: "Aggregate a numerical map to 0 and 1, or make the aggregate and its values categorical.",
      },
    );
  }
  return values.flatMap((value) => range(maxSeqLen).map((n) => Number(value) / (n + 1)));
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
