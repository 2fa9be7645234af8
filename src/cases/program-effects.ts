import {
  callPredicate,
  isSelector,
  type RaspValue,
  type SelectSelector,
  valueKey,
  valuesEqual,
} from "../rasp/index.ts";
import type { CompiledProgram, GraphNode } from "../tracr/index.ts";
import { inputTokens } from "./dataset.ts";
import { readProgram } from "./evaluate-case.ts";

/**
 * Whether the value of a sub-expression makes a difference to the output of a compiled program on some
 * inputs, `[row][pos]` with BOS and PAD: it is not one value at each position on every input, and it is
 * read where its value counts, neither with factor 0 nor by a function or a predicate that ignores it.
 *
 * @returns a test of labels
 */
export function programEffects(
  compiled: CompiledProgram,
  inputs: readonly (readonly RaspValue[])[],
): (label: string) => boolean {
  const { constant, partial } = variablesOn(compiled, inputs);
  const effective = effectiveVariables(compiled, partial);
  return (label) => effective.has(label) && !constant.has(label);
}

/** The labels of expressions, by what they are on some inputs. */
interface Variables {
  /** Those that have one value at each position, whatever the input. */
  readonly constant: ReadonlySet<string>;
  /** Those that have no value somewhere. */
  readonly partial: ReadonlySet<string>;
}

function variablesOn(
  { program, graph, settings }: CompiledProgram,
  inputs: readonly (readonly RaspValue[])[],
): Variables {
  const read = readProgram({ program: () => program, causal: settings.causal });
  const constant = new Set(graph.nodes.keys());
  const partial = new Set<string>();
  const known = new Map<string, ReturnType<typeof valueKey>>();
  for (const input of inputs) {
    const { sequences } = read.trace(inputTokens(input));
    for (const { label, expression } of graph.nodes.values()) {
      if (isSelector(expression)) continue;
      for (const [position, value] of sequences.get(expression)!.entries()) {
        const place = `${label} ${position}`;
        if (value === null) partial.add(label);
        if (!known.has(place)) known.set(place, valueKey(value));
        else if (known.get(place) !== valueKey(value)) constant.delete(label);
      }
    }
  }
  return { constant, partial };
}

/** The labels of expressions from which a path of reads that make a difference leads to the output. */
function effectiveVariables(
  compiled: CompiledProgram,
  partial: ReadonlySet<string>,
): ReadonlySet<string> {
  const { graph } = compiled;
  const effective = new Set<string>();
  const waiting = [graph.sink];
  for (let label = waiting.pop(); label !== undefined; label = waiting.pop()) {
    if (effective.has(label)) continue;
    effective.add(label);
    const node = graph.nodes.get(label)!;
    const ignored = ignoredChildren(node, compiled, partial);
    waiting.push(...node.children.filter((child) => !ignored.has(child)));
  }
  return effective;
}

/**
 * The children of which the value makes no difference. Whether there is a value does make one: only
 * numbers with factor 0 may have none.
 */
function ignoredChildren(
  { label, expression, children }: GraphNode,
  { values }: CompiledProgram,
  partial: ReadonlySet<string>,
): ReadonlySet<string> {
  if (expression.kind === "linearSequenceMap") {
    const { fstFactor, sndFactor } = expression;
    const factors = new Map<string, number>();
    for (const [i, factor] of [fstFactor, sndFactor].entries()) {
      factors.set(children[i]!, (factors.get(children[i]!) ?? 0) + factor);
    }
    return new Set(children.filter((child) => factors.get(child) === 0));
  }
  if (children.some((child) => partial.has(child)) || new Set(children).size < children.length) {
    return new Set();
  }
  const valuesOf = (i: number) =>
    (values.sets.get(children[i] ?? "")?.directions ?? []).map(({ value }) => value);
  switch (expression.kind) {
    case "map":
    case "sequenceMap":
      return ignoredAxes(children, values.sets.get(label)!.results, valuesOf(1).length || 1);
    case "select":
      return ignoredAxes(
        children,
        predicateTable(expression, valuesOf(0), valuesOf(1)),
        valuesOf(1).length,
      );
    default:
      return new Set();
  }
}

/** `predicate(key, query)` of all pairs, row-major. */
function predicateTable(
  selector: SelectSelector,
  keys: readonly RaspValue[],
  queries: readonly RaspValue[],
): RaspValue[] {
  return keys.flatMap((key) => queries.map((query) => callPredicate(selector, key, query)));
}

/** Of a table of two operands (or one, with one column), those along which nothing changes. */
function ignoredAxes(
  [fst, snd]: readonly string[],
  table: readonly RaspValue[],
  columns: number,
): ReadonlySet<string> {
  const isSame = (other: (i: number) => number) =>
    table.every((value, i) => valuesEqual(value, table[other(i)]!));
  const ignored = new Set<string>();
  if (fst !== undefined && isSame((i) => i % columns)) ignored.add(fst);
  if (snd !== undefined && isSame((i) => i - (i % columns))) ignored.add(snd);
  return ignored;
}
