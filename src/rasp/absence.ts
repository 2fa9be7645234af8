import { InterpBenchError } from "../errors/index.ts";
import { type EvaluateOptions, type Sequence, type Trace, tryEvaluate } from "./evaluate.ts";
import type { Selector, SelectSelector, SOp } from "./expression.ts";
import { type RaspValue, valuesEqual } from "./value.ts";

/** A select whose predicate is true of "no value", where it matters. */
export interface NullSelection {
  readonly selector: SelectSelector;
  /** What has no value where it selects: keys, queries or, each at some pair, both. */
  readonly sides: readonly ("key" | "query")[];
  /** The input on which it matters, and the position of the output that it changes. */
  readonly input: Sequence;
  readonly position: number;
  /** What the program says there. */
  readonly value: RaspValue;
  /** What it would say if the selector selected nothing where there is no value; `null` for none. */
  readonly without: RaspValue;
}

/**
 * The selects that on `xs` select a key or for a query that is `null`, so that the output would be
 * another one if they did not.
 *
 * Attention cannot do that: `null` is the zero vector in the residual stream, whose score with
 * every key and for every query is 0. Outputs that are `null` themselves do not count.
 *
 * @returns nothing if the program cannot be evaluated on `xs`
 */
export function nullSelections(
  program: SOp,
  xs: Sequence | string,
  options: EvaluateOptions = {},
): readonly NullSelection[] {
  const trace = tryEvaluate(program, xs, options);
  if (trace instanceof InterpBenchError) return [];
  const suspects = [...trace.matrices.keys()].flatMap((selector) => {
    if (selector.kind !== "select") return [];
    const sides = nullSides(selector, trace);
    return sides.length === 0 ? [] : [{ selector, sides }];
  });
  if (suspects.length === 0) return [];
  const expected = trace.sequences.get(program)!;
  const differenceWithout = (blind: ReadonlySet<Selector>) => {
    const other = tryEvaluate(program, xs, { ...options, blind });
    const values = other instanceof InterpBenchError ? undefined : other.sequences.get(program);
    return firstDifference(expected, values);
  };
  const all = differenceWithout(new Set(suspects.map(({ selector }) => selector)));
  if (all === undefined) return [];
  const alone = suspects.flatMap((suspect) => {
    const difference = differenceWithout(new Set([suspect.selector]));
    return difference === undefined ? [] : [{ ...suspect, ...difference }];
  });
  // Some matter only together.
  const found = alone.length > 0 ? alone : suspects.map((suspect) => ({ ...suspect, ...all }));
  return found.map((one) => ({ ...one, input: [...xs] }));
}

/** What has no value where the select selects. */
function nullSides(
  selector: SelectSelector,
  { sequences, matrices }: Trace,
): NullSelection["sides"] {
  const matrix = matrices.get(selector)!;
  const [keys, queries] = [sequences.get(selector.keys)!, sequences.get(selector.queries)!];
  const atKey = matrix.some((row) => row.some((selected, k) => selected && keys[k] === null));
  const atQuery = matrix.some((row, q) => queries[q] === null && row.some(Boolean));
  return [...(atKey ? (["key"] as const) : []), ...(atQuery ? (["query"] as const) : [])];
}

/** The first position where the program has a value, and the other sequence another one or none. */
function firstDifference(
  expected: Sequence,
  other: Sequence = expected.map(() => null),
): Pick<NullSelection, "position" | "value" | "without"> | undefined {
  const position = expected.findIndex(
    (value, i) => value !== null && !valuesEqual(value, other[i]!),
  );
  if (position < 0) return undefined;
  return { position, value: expected[position]!, without: other[position]! };
}
