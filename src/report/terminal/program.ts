import { printable } from "../../errors/index.ts";
import {
  callPredicate,
  type Expression,
  functionText,
  isSelector,
  type RaspValue,
  type SelectSelector,
  showValue,
} from "../../rasp/index.ts";
import type { CompiledProgram, GraphNode, ValueSet } from "../../tracr/index.ts";
import { formatNumber } from "../number.ts";
import { type Style, styleOf, textWidth, wrapText } from "./style.ts";

/** One sub-expression of a program in words. */
export interface ProgramLine {
  /** The label of its directions: `frac_prevs_1`. */
  readonly label: string;
  /** `aggregate(select_2, is_x_3)`. */
  readonly definition: string;
  /** What its function does: `"x" → 1; "a", "b" → 0`, or its source. */
  readonly details: string | undefined;
  /** `select`, `map`, … */
  readonly kind: Expression["kind"];
  /** What the transformer writes: nothing for selectors. */
  readonly encoding: "categorical" | "numerical" | undefined;
  /** The values it can take, in basis order; none for selectors. */
  readonly values: readonly RaspValue[];
}

/** The sub-expressions of a compiled program but for its inputs, each after what it uses. */
export function programLines({ graph, values }: CompiledProgram): ProgramLine[] {
  return graph.dependenciesFirst
    .map((label) => graph.nodes.get(label)!)
    .filter(({ children }) => children.length > 0)
    .map((node): ProgramLine => {
      const { label, expression } = node;
      const set = values.sets.get(label);
      return {
        label,
        kind: expression.kind,
        encoding: isSelector(expression) ? undefined : expression.encoding,
        values: valuesOf(set),
        definition: definitionOf(node),
        details: detailsOf(node, set, values.sets),
      };
    });
}

/**
 * A compiled program as text: one line per named sub-expression with its values, and below it what
 * its function does where that is short enough to be read. Ends with a newline.
 */
export function formatProgram(compiled: CompiledProgram, style: Style = styleOf(false)): string {
  const lines = programLines(compiled).map(printableLine);
  if (lines.length === 0) return `${printable(compiled.graph.sink)}\n`;
  const width = (texts: readonly string[]) => Math.max(...texts.map(textWidth));
  const labels = width(lines.map(({ label }) => label));
  const definitions = Math.min(52, width(lines.map(({ definition }) => definition)));
  return lines
    .map((line) => {
      const head = `${line.label.padEnd(labels)} = ${line.definition.padEnd(definitions)}`;
      const isOutput =
        line.label === printable(compiled.graph.sink) ? style.bold("  ← output") : "";
      const indent = " ".repeat(labels + 3);
      const details = wrapDetails(line.details ?? "", LINE_WIDTH - indent.length)
        .map((text) => `${indent}${style.dim(text)}\n`)
        .join("");
      return `${`${head}  ${style.dim(valuesText(line))}`.trimEnd()}${isOutput}\n${details}`;
    })
    .join("");
}

/** The same with names and sources as they can be shown. */
function printableLine(line: ProgramLine): ProgramLine {
  return {
    ...line,
    label: printable(line.label),
    definition: printable(line.definition),
    details: line.details === undefined ? undefined : printable(line.details),
  };
}

/** Where the sources of functions are broken. */
const LINE_WIDTH = 100;

/** Lines that do not break around the arrows of a table. */
function wrapDetails(details: string, width: number): string[] {
  const kept = details.replace(/ ([→←]) /g, "\u00a0$1\u00a0");
  return wrapText(kept, width).map((line) => line.replaceAll("\u00a0", " "));
}

const COMPARISONS: Readonly<Record<string, string>> = {
  EQ: "key = query",
  NEQ: "key ≠ query",
  LT: "key < query",
  LEQ: "key ≤ query",
  GT: "key > query",
  GEQ: "key ≥ query",
  TRUE: "always",
  FALSE: "never",
};

function definitionOf({ expression, children }: GraphNode): string {
  const [first = "", second = ""] = children;
  switch (expression.kind) {
    case "select": {
      const { comparison } = expression.predicate;
      const question = comparison === undefined ? "predicate" : COMPARISONS[comparison];
      return `select(key: ${first}, query: ${second}, ${question})`;
    }
    case "aggregate":
      return `aggregate(${first}, ${second})`;
    case "selectorWidth":
      return `width(${first})`;
    case "map":
      return `map(f, ${first})`;
    case "sequenceMap":
      return `map(f, ${first}, ${second})`;
    case "orElse":
      return `${first}, else ${showValue(expression.fallback)}`;
    case "linearSequenceMap":
      return `${term(expression.fstFactor, first, true)} ${term(expression.sndFactor, second, false)}`;
    case "selectorAnd":
      return `${first} and ${second}`;
    case "selectorOr":
      return `${first} or ${second}`;
    case "selectorNot":
      return `not ${first}`;
    default:
      return expression.name;
  }
}

/** `2·x`, `− y`: a term of a sum, the first one with its sign attached. */
function term(factor: number, label: string, isFirst: boolean): string {
  const size = Math.abs(factor);
  const product = size === 1 ? label : `${formatNumber(size)}·${label}`;
  if (isFirst) return factor < 0 ? `−${product}` : product;
  return `${factor < 0 ? "−" : "+"} ${product}`;
}

/** Longest table of a function's values that is easier to read than its source. */
const TABLE_WIDTH = 80;

function detailsOf(
  { expression, children }: GraphNode,
  set: ValueSet | undefined,
  sets: ReadonlyMap<string, ValueSet>,
): string | undefined {
  const operands = children.map((label) => valuesOf(sets.get(label)));
  switch (expression.kind) {
    case "select":
      if (expression.predicate.comparison !== undefined) return undefined;
      return `predicate: ${functionText(expression.predicate)}${selectedText(expression, operands)}`;
    case "map": {
      const calls = operands[0]!.map(showValue);
      const table = tableOf(calls, set!.results);
      if (table.length <= TABLE_WIDTH) return `f: ${table}`;
      return `f: ${functionText(expression.f)}${examplesOf(calls, set!.results)}`;
    }
    case "sequenceMap": {
      const calls = operands[0]!.flatMap((x) =>
        operands[1]!.map((y) => `${showValue(x)}, ${showValue(y)}`),
      );
      return `f: ${functionText(expression.f)}${examplesOf(calls, set!.results)}`;
    }
    default:
      return undefined;
  }
}

/** `   (3, 1 → 2; …)`: up to four calls of a function with their results, spread over all. */
function examplesOf(calls: readonly string[], results: readonly RaspValue[]): string {
  const all = calls.map((call, i) => `${call} → ${showValue(results[i] ?? null)}`);
  const step = Math.max(1, Math.floor((all.length * 2) / 7));
  const shown = all.length <= 4 ? all : [0, 1, 2, 3].map((i) => all[i * step]!);
  return `   (${shown.join("; ")}${all.length > 4 ? "; …" : ""})`;
}

/** Which keys the first queries select: `; 0 ← 1; 1 ← 2; …`, where that is short. */
function selectedText(
  select: SelectSelector,
  [keys = [], queries = []]: readonly (readonly RaspValue[])[],
): string {
  const rows: string[] = [];
  try {
    for (const query of queries) {
      const selected = keys.filter((key) => callPredicate(select, key, query));
      if (selected.length > 3) return "";
      if (selected.length > 0)
        rows.push(`${showValue(query)} ← ${selected.map(showValue).join(", ")}`);
    }
  } catch {
    return "";
  }
  const shown = rows.slice(0, 3).join("; ");
  return rows.length === 0 ? "" : `   (query ← key: ${shown}${rows.length > 3 ? "; …" : ""})`;
}

/** From this many arguments on, those of the last result are "all others". */
const MANY = 7;

/**
 * `"x" → 1; "a", "b", "c" → 0`: the arguments of each result, those of the most frequent result
 * last and not listed if they are many.
 */
function tableOf(calls: readonly string[], results: readonly RaspValue[]): string {
  const groups = new Map<string, string[]>();
  for (const [i, call] of calls.entries()) {
    const result = showValue(results[i] ?? null);
    groups.set(result, [...(groups.get(result) ?? []), call]);
  }
  return [...groups]
    .sort(([, a], [, b]) => a.length - b.length)
    .map(([result, list], i) => {
      if (i < groups.size - 1 || list.length < MANY) return `${list.join(", ")} → ${result}`;
      return `${groups.size === 1 ? "all" : "all others"} → ${result}`;
    })
    .join("; ");
}

function valuesOf(set: ValueSet | undefined): readonly RaspValue[] {
  return set?.directions.map(({ value }) => value) ?? [];
}

function valuesText({ encoding, values }: ProgramLine): string {
  if (encoding === undefined) return "";
  if (encoding === "numerical") return "a number";
  const shown = values.slice(0, 4).map((value) => printable(showValue(value)));
  return values.length > 4 ? `${shown.join(", ")}, … (${values.length})` : shown.join(", ");
}
