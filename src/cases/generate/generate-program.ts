import { InterpBenchError } from "../../errors/index.ts";
import {
  aggregate,
  linearSequenceMap,
  map,
  named,
  numerical,
  type RaspValue,
  type SOp,
} from "../../rasp/index.ts";
import type { Key } from "../../rng/index.ts";
import { drawsFromKey } from "../draws.ts";
import { integers, letters } from "../vocabulary.ts";
import { ONE_OR_ZERO } from "./functions.ts";
import { composed, dependsOnTokens, type Grammar, selection } from "./grammar.ts";
import { VALUE_KINDS } from "./typed.ts";

/** The longest input, without BOS, on which every selector width is exact. */
const MOST_TOKENS = 6;

/** What inputs are made of. */
export const VOCABULARIES: readonly (readonly RaspValue[])[] = [
  letters(3),
  letters(4),
  integers(0, 4),
];

/** On how many random inputs an expression must vary to be worth anything. */
const PROBES = 8;

/** What programs to generate. */
export interface GenerateOptions {
  /**
   * The longest path from an input to the output, in sub-expressions other than selectors; at least
   * 1 (2 for a number as output), default 4.
   */
  readonly maxDepth?: number;
  /** The most sub-expressions besides inputs; at least 1 (2 for a number), default 12. */
  readonly maxNodes?: number;
  /** The most values a sub-expression may have; at least 6, default 12. */
  readonly maxValues?: number;
  /** The longest input, BOS included: 3 to 7, default drawn from 5 to 7. */
  readonly maxSeqLen?: number;
  /** Whether positions attend to earlier ones only; default drawn. */
  readonly causal?: boolean;
  /** Whether the output is a class; else it is a number. Default drawn: 5 of 6 are. */
  readonly categorical?: boolean;
}

/** A random program and what it is for: everything of a case but its name and task. */
export interface GeneratedProgram {
  readonly program: SOp;
  readonly vocab: readonly RaspValue[];
  /** BOS included, as `minSeqLen`. */
  readonly maxSeqLen: number;
  readonly minSeqLen: number;
  readonly causal: boolean;
  readonly categorical: boolean;
}

/**
 * A random program that its compiled transformer computes exactly.
 *
 * It is made of functions of one and two values, selector widths, moves between positions, and
 * means of booleans; sub-expressions have names, kinds, and may be used several times. None is
 * constant, and the output depends on the tokens. What Tracr compiles inexactly is left out by construction:
 *
 * - widths above 6 blur into each other, and from 10 on are wrong: inputs have at most 6 tokens
 * - widths leave something at BOS: they are neither keys nor averaged
 * - a query must have a value, and a categorical mean is right for equal values only
 * - the value set of a mean is incomplete: no function follows it
 * - a number made of a class cannot be negative
 * - large selectors soften attention: sub-expressions have few values
 *
 * The same key and options give the same program. With
 * `defineCase({ id, task, ...generated, program: () => generated.program })` it becomes a case.
 *
 * @throws InterpBenchError `E_OPTION` for bounds that leave no program
 */
export function generateProgram(key: Key, options: GenerateOptions = {}): GeneratedProgram {
  const { maxDepth = 4, maxNodes = 12, maxValues = 12 } = options;
  assertAtLeast("maxDepth", maxDepth, 1);
  assertAtLeast("maxNodes", maxNodes, 1);
  assertAtLeast("maxValues", maxValues, 6);
  const draws = drawsFromKey(key);
  const maxSeqLen = options.maxSeqLen ?? draws.integer(5, MOST_TOKENS + 1);
  assertAtLeast("maxSeqLen", maxSeqLen, 3, MOST_TOKENS + 1);
  const causal = options.causal ?? draws.choice([true, false]);
  const isTooSmall = maxDepth < 2 || maxNodes < 2;
  const categorical = options.categorical ?? (isTooSmall || draws.integer(1, 6) > 1);
  if (!categorical) {
    assertAtLeast("maxDepth", maxDepth, 2);
    assertAtLeast("maxNodes", maxNodes, 2);
  }
  const vocab = draws.choice(VOCABULARIES);
  const facts: Omit<Grammar, "pool"> = {
    draws,
    vocab,
    tokenKind: typeof vocab[0] === "number" ? "number" : "symbol",
    positions: maxSeqLen - 1,
    causal,
    maxValues,
    probes: Array.from({ length: PROBES }, () => draws.tokens(vocab, maxSeqLen - 1)),
  };
  const make = categorical ? classes : number;
  for (;;) {
    const program = make({ ...facts, pool: [] }, maxDepth, maxNodes);
    if (program === undefined || !dependsOnTokens(facts, program)) continue;
    return Object.freeze({ program, vocab, maxSeqLen, minSeqLen: 2, causal, categorical });
  }
}

/** A categorical program. */
function classes(grammar: Grammar, depth: number, nodes: number): SOp | undefined {
  const kind = grammar.draws.choice(VALUE_KINDS);
  return composed(grammar, { kind, guarantee: "partial", depth, nodes })?.sop;
}

/** A numerical program: a class as a number, a mean, or the weighted sum of two of these. */
function number(grammar: Grammar, depth: number, nodes: number): SOp | undefined {
  const { draws } = grammar;
  const single = depth < 4 || nodes < 2 * MEAN_NODES + 1 || draws.choice([true, false]);
  if (single) return (draws.choice([true, false]) ? mean : bits)(grammar, depth, nodes);
  const share = draws.integer(MEAN_NODES, nodes - 1 - MEAN_NODES);
  const x = mean(grammar, depth - 1, share);
  const y = mean(grammar, depth - 1, nodes - 1 - share);
  if (x === undefined || y === undefined) return undefined;
  const factor = draws.choice([-1, 0.5, 1]);
  return named(numerical(linearSequenceMap(x, y, 1, factor)), "weighted_sum");
}

/** 1 where something holds, else 0. */
function bits(grammar: Grammar, depth: number, nodes: number): SOp | undefined {
  const bounds = { depth: depth - 1, nodes: nodes - 1 };
  const test = composed(grammar, { kind: "boolean", guarantee: "exact", ...bounds });
  if (test === undefined) return undefined;
  const toNumber = map(ONE_OR_ZERO.f, test.sop, { simplify: false });
  return named(numerical(toNumber), ONE_OR_ZERO.name);
}

/** The sub-expressions of the smallest mean: aggregate, select, number, test. */
const MEAN_NODES = 4;

/** The fraction of selected positions at which something holds; 0 if none are selected. */
function mean(grammar: Grammar, depth: number, nodes: number): SOp | undefined {
  if (nodes < MEAN_NODES) return undefined;
  const share = grammar.draws.integer(2, nodes - 2);
  const selected = selection(grammar, depth - 1, nodes - 2 - share);
  const values = bits(grammar, depth - 1, share);
  if (selected === undefined || values === undefined) return undefined;
  return named(numerical(aggregate(selected.selector, values, 0)), "fraction");
}

function assertAtLeast(name: string, value: number, least: number, most = Infinity): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new InterpBenchError("E_OPTION", `${name} leaves no program to generate`, {
    at: name,
    expected: most === Infinity ? `a whole number of at least ${least}` : `${least} to ${most}`,
    received: String(value),
  });
}
