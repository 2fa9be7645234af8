import {
  aggregate,
  EQ,
  evaluate,
  GEQ,
  GT,
  indices,
  LEQ,
  LT,
  map,
  NEQ,
  named,
  type Predicate,
  type RaspValue,
  type Selector,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  TRUE,
  tokens,
  valuesEqual,
} from "../../rasp/index.ts";
import type { Draws } from "../draws.ts";
import { binaryFunctions, described, image, unaryFunctions } from "./functions.ts";
import {
  type Guarantee,
  suffices,
  type Typed,
  VALUE_KINDS,
  type ValueKind,
  weakest,
} from "./typed.ts";

/** What programs are made for, and how large they may become. */
export interface Grammar {
  readonly draws: Draws;
  readonly vocab: readonly RaspValue[];
  readonly tokenKind: ValueKind;
  /** Without BOS. */
  readonly positions: number;
  readonly causal: boolean;
  /** The most values an expression may have. */
  readonly maxValues: number;
  /** Inputs, without BOS, on which every expression must have at least two different values. */
  readonly probes: readonly (readonly RaspValue[])[];
  /** What has been made so far, to be used again. */
  readonly pool: Typed[];
}

/** What is wanted of an expression, and what it may cost. */
export interface Wanted {
  readonly kind: ValueKind;
  readonly guarantee: Guarantee;
  /** Bounds on {@link Typed.depth} and on the number of new sub-expressions besides inputs. */
  readonly depth: number;
  readonly nodes: number;
}

/** Makes an expression, or nothing where none can be made. */
type Rule = (grammar: Grammar, wanted: Wanted) => Typed | undefined;

/** The chances of using something again, and of stopping at an input, where both are possible. */
const REUSE = 0.25;
const STOP = 0.15;

/** An expression as wanted, or nothing if bounds are too tight. */
export function expression(grammar: Grammar, wanted: Wanted): Typed | undefined {
  const { draws, pool } = grammar;
  const again = pool.filter((typed) => fits(typed, wanted) && typed.depth > 0);
  if (again.length > 0 && chance(draws, REUSE)) return draws.choice(again);
  const input = chance(draws, STOP) ? anInput(grammar, wanted) : undefined;
  return input ?? composed(grammar, wanted) ?? anInput(grammar, wanted);
}

/** An expression that is no input, or nothing if bounds are too tight. */
export function composed(grammar: Grammar, wanted: Wanted): Typed | undefined {
  if (wanted.depth < 1 || wanted.nodes < 1) return undefined;
  return firstMade(grammar, grammar.draws.shuffled(rulesFor(wanted)), (rule) => {
    const typed = rule(grammar, wanted);
    if (typed === undefined || !fits(typed, wanted) || !varies(grammar, typed.sop))
      return undefined;
    grammar.pool.push(typed);
    return typed;
  });
}

/** Whether an expression has at least two different values on the probes. */
function varies({ probes, causal }: Grammar, sop: SOp): boolean {
  const outputs = probes.flatMap((probe) => [...evaluate(sop, probe, { causal })]);
  return image(outputs).values.length > 1;
}

/** Whether an expression has, at some position, different values on different probes. */
export function dependsOnTokens(grammar: Omit<Grammar, "pool">, sop: SOp): boolean {
  const { probes, causal, positions } = grammar;
  const outputs = probes.map((probe) => evaluate(sop, probe, { causal }));
  return range(positions).some(
    (position) => image(outputs.map((output) => output[position]!)).values.length > 1,
  );
}

/** The first thing that can be made; what failed attempts left in the pool is taken out again. */
function firstMade<Choice, Made>(
  { pool }: Grammar,
  choices: readonly Choice[],
  make: (choice: Choice) => Made | undefined,
): Made | undefined {
  for (const choice of choices) {
    const size = pool.length;
    const made = make(choice);
    if (made !== undefined) return made;
    pool.length = size;
  }
  return undefined;
}

/** Functions count twice: they are what most programs consist of. */
function rulesFor({ kind, guarantee }: Wanted): readonly Rule[] {
  const rules: Rule[] = [ofOne, ofOne, ofTwo, ofTwo];
  if (kind === "number" && suffices("total", guarantee)) rules.push(width, width);
  if (guarantee === "partial") rules.push(moved, shifted, lookedUp);
  return rules;
}

const fits = (typed: Typed, { kind, guarantee, depth }: Wanted) =>
  typed.kind === kind && suffices(typed.guarantee, guarantee) && typed.depth <= depth;

const chance = (draws: Draws, probability: number) => draws.integer(0, 99) < 100 * probability;

const anInput: Rule = ({ draws, vocab, tokenKind, positions }, { kind }) => {
  const inputs: readonly Typed[] = [
    { sop: tokens, kind: tokenKind, guarantee: "exact", values: vocab, depth: 0 },
    { sop: indices, kind: "number", guarantee: "exact", values: range(positions), depth: 0 },
  ];
  const fitting = inputs.filter((input) => input.kind === kind);
  return fitting.length === 0 ? undefined : draws.choice(fitting);
};

/** A function of one expression. */
const ofOne: Rule = (grammar, { kind, guarantee, depth, nodes }) => {
  const { draws, maxValues } = grammar;
  return firstMade(grammar, draws.shuffled(VALUE_KINDS), (from) => {
    const bounds = { depth: depth - 1, nodes: nodes - 1 };
    const operand = expression(grammar, { kind: from, guarantee, ...bounds });
    if (operand === undefined) return undefined;
    for (const { name, f } of draws.shuffled(unaryFunctions(from, kind, operand.values))) {
      const { values, isPartial } = image(operand.values.map(f));
      if (values.length < 2 || values.length > maxValues) continue;
      if (isPartial && guarantee !== "partial") continue;
      const sop = named(map(f, operand.sop, { simplify: false }), name);
      const weaker: Guarantee = isPartial ? "partial" : operand.guarantee;
      return { sop, kind, guarantee: weaker, values, depth: operand.depth + 1 };
    }
    return undefined;
  });
};

/** A function of two different expressions. */
const ofTwo: Rule = (grammar, { kind, guarantee, depth, nodes }) => {
  const { draws, maxValues } = grammar;
  const functions = draws.shuffled(binaryFunctions(kind)).slice(0, 3);
  return firstMade(grammar, functions, ({ name, from, f }) => {
    const operands = pair(grammar, from, guarantee, depth - 1, nodes - 1);
    if (operands === undefined) return undefined;
    const [x, y] = operands;
    if (x.sop === y.sop) return undefined;
    const { values } = image(x.values.flatMap((a) => y.values.map((b) => f(a, b))));
    if (values.length < 2 || values.length > maxValues) return undefined;
    const sop = named(sequenceMap(f, x.sop, y.sop), name);
    const weaker = weakest([x.guarantee, y.guarantee]);
    return { sop, kind, guarantee: weaker, values, depth: above(x, y) };
  });
};

/** How many positions stand in some relation to this one. */
const width: Rule = (grammar, { depth, nodes }) => {
  const { draws, positions } = grammar;
  const selector = selection(grammar, depth - 1, nodes - 2);
  if (selector === undefined) return undefined;
  const sop = named(
    selectorWidth(selector.selector),
    draws.choice(["count", "number", "how_many"]),
  );
  const values = range(positions + 1);
  return { sop, kind: "number", guarantee: "total", values, depth: selector.depth + 1 };
};

/** The value at the position that another expression names. */
const moved: Rule = (grammar, { kind, depth, nodes }) => {
  const operands = pair(grammar, ["number", kind], "partial", depth - 1, nodes - 2, "total");
  if (operands === undefined) return undefined;
  const [place, operand] = operands;
  const isPosition = (value: RaspValue) => Number(value) >= 0 && Number(value) < grammar.positions;
  if (!place.values.some(isPosition)) return undefined;
  const selector = named(select(indices, place.sop, EQ), "there");
  return move("moved", selector, operand, above(place, operand));
};

/** The value one position before, or behind. */
const shifted: Rule = (grammar, { kind, depth, nodes }) => {
  const { draws, causal } = grammar;
  const offset = causal ? -1 : draws.choice([-1, 1]);
  const wanted: Wanted = { kind, guarantee: "partial", depth: depth - 1, nodes: nodes - 2 };
  const operand = nodes < 2 ? undefined : expression(grammar, wanted);
  if (operand === undefined) return undefined;
  const name = offset < 0 ? "previous" : "next";
  const isThere = described(
    (key: number, query: number) => key === query + offset,
    `key === query ${offset < 0 ? "-" : "+"} 1`,
    offset < 0 ? "one position before" : "one position behind",
  );
  const selector = named(select(indices, indices, isThere), `is_${name}`);
  return move(name, selector, operand, operand.depth + 1);
};

/**
 * A function of another position that has the same number as a query: all keys with that number
 * have the same value, so that their mean is that value.
 */
const lookedUp: Rule = (grammar, { kind, depth, nodes }) => {
  if (kind !== "number") return undefined;
  const operands = pair(grammar, ["number", "number"], "total", depth - 2, nodes - 3, "exact");
  if (operands === undefined) return undefined;
  const [keys, queries] = operands;
  if (!keys.values.some((key) => queries.values.some((query) => valuesEqual(key, query)))) {
    return undefined;
  }
  const functions = unaryFunctions("number", "number", keys.values);
  for (const { name, f } of grammar.draws.shuffled(functions)) {
    const { values, isPartial } = image(keys.values.map(f));
    if (isPartial || values.length < 2 || values.length > grammar.maxValues) continue;
    const sop = named(map(f, keys.sop, { simplify: false }), name);
    const operand: Typed = { ...keys, sop, values, depth: keys.depth + 1 };
    const selector = named(select(keys.sop, queries.sop, EQ), "alike");
    return move("looked_up", selector, operand, above(operand, queries));
  }
  return undefined;
};

function move(name: string, selector: Selector, operand: Typed, depth: number): Typed {
  const sop: SOp = named(aggregate(selector, operand.sop), name);
  return { ...operand, sop, guarantee: "partial", depth };
}

/** A selector between two expressions of one kind, and its depth. */
export function selection(
  grammar: Grammar,
  depth: number,
  nodes: number,
): { readonly selector: Selector; readonly depth: number } | undefined {
  const { draws } = grammar;
  const kind = draws.choice(VALUE_KINDS);
  const operands = pair(grammar, [kind, kind], "total", depth, nodes, "exact");
  if (operands === undefined) return undefined;
  const [keys, queries] = operands;
  const orders: readonly Predicate[] = [LT, LEQ, GT, GEQ];
  const predicate = draws.choice([EQ, NEQ, TRUE, ...(kind === "number" ? orders : [])]);
  const name = `sel_${predicate.comparison!.toLowerCase()}`;
  const selector = named(select(keys.sop, queries.sop, predicate), name);
  return { selector, depth: Math.max(keys.depth, queries.depth) };
}

/** Two expressions that share the allowed nodes; the first may need another guarantee. */
function pair(
  grammar: Grammar,
  [first, second]: readonly [ValueKind, ValueKind],
  guarantee: Guarantee,
  depth: number,
  nodes: number,
  firstGuarantee: Guarantee = guarantee,
): readonly [Typed, Typed] | undefined {
  if (depth < 0 || nodes < 0) return undefined;
  const share = grammar.draws.integer(0, nodes);
  const x = expression(grammar, { kind: first, guarantee: firstGuarantee, depth, nodes: share });
  if (x === undefined) return undefined;
  const y = expression(grammar, { kind: second, guarantee, depth, nodes: nodes - share });
  return y === undefined ? undefined : [x, y];
}

const above = (...operands: readonly Typed[]) =>
  1 + Math.max(...operands.map((operand) => operand.depth));

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
