import {
  breadthFirst,
  childrenOf,
  type Expression,
  functionText,
  isSelector,
  type Selector,
  type SelectSelector,
  type SOp,
} from "../../rasp/index.ts";
import { extractGraph } from "../../tracr/index.ts";
import { functionFacts } from "../generate/functions.ts";

/** Longer phrases, and those of several parts, are explained by themselves. */
const LONGEST_PHRASE = 40;
const PARTS = /[,;]| where | at which /;

/** What a comparison says of a key and a query. */
const RELATIONS: Readonly<Record<string, string>> = {
  EQ: "equals",
  NEQ: "differs from",
  LT: "is less than",
  LEQ: "is at most",
  GT: "is above",
  GEQ: "is at least",
};

/**
 * What a program outputs, in a sentence: `At every position, the number of positions up to here whose
 * token equals the token here.` What is long or used several times is named by its label and explained
 * behind it.
 *
 * For programs of generated cases: of functions and selectors of other kinds it gives the text.
 */
export function taskWords(program: SOp, causal: boolean): string {
  const expressions = breadthFirst(program);
  const labels = new Map<Expression, string>();
  for (const { label, expression } of extractGraph(program).nodes.values()) {
    labels.set(expression, label);
  }
  const uses = countUses(expressions);
  const scope = causal ? " up to here" : "";
  const explained = new Map<string, string>();
  const words: Words = { scope, nounOf };
  const output = phraseOf(program, words);
  const behind = [...explained].map(([label, phrase]) => `${label} is ${phrase}`);
  return `At every position, ${[output, ...behind].join("; ")}.`;

  /** The phrase of an operand, or its label. */
  function nounOf(sop: SOp, isStatement: boolean): string {
    const phrase = phraseOf(sop, words, isStatement);
    const isShort =
      phrase.length <= LONGEST_PHRASE && !PARTS.test(phrase) && (uses.get(sop) ?? 0) < 2;
    if (childrenOf(sop).length === 0 || isShort) return phrase;
    const label = labels.get(sop)!;
    explained.delete(label);
    explained.set(label, phraseOf(sop, words));
    return label;
  }
}

interface Words {
  /** Which positions there are, where several are meant. */
  readonly scope: string;
  /** What an operand is called; of a test the statement alone, if that is wanted. */
  nounOf(sop: SOp, isStatement: boolean): string;
}

/** How often each expression is an operand. */
function countUses(expressions: readonly Expression[]): ReadonlyMap<Expression, number> {
  const uses = new Map<Expression, number>();
  for (const child of expressions.flatMap(childrenOf)) uses.set(child, (uses.get(child) ?? 0) + 1);
  return uses;
}

/** Whether the values of an expression are truth values. */
export function isTest(sop: SOp): boolean {
  if (sop.kind === "aggregate") return isTest(sop.sop);
  return "f" in sop && functionFacts(sop.f)?.isTest === true;
}

function phraseOf(sop: SOp, words: Words, isStatement = false): string {
  const whether = isStatement || !isTest(sop) ? "" : "whether ";
  switch (sop.kind) {
    case "tokens":
      return "the token";
    case "indices":
      return "the position";
    case "map":
    case "sequenceMap": {
      const operands = sop.kind === "map" ? [sop.inner] : [sop.fst, sop.snd];
      const [x = "", y = ""] = operands.map((operand) => words.nounOf(operand, isTest(operand)));
      const template = functionFacts(sop.f)?.words ?? `${functionText(sop.f)} of {x} and {y}`;
      return whether + template.replace("{x}", () => x).replace("{y}", () => y);
    }
    case "linearSequenceMap": {
      const { fst, snd, fstFactor, sndFactor } = sop;
      const [x, y] = [fst, snd].map((operand) => words.nounOf(operand, false));
      return `${fstFactor} · (${x}) + ${sndFactor} · (${y})`;
    }
    case "selectorWidth":
      return `the number of ${positionsText(sop.selector, words)}`;
    case "aggregate": {
      if (sop.encoding === "numerical" && sop.sop.kind === "map") {
        const test = words.nounOf(sop.sop.inner, true);
        return `the fraction, among ${positionsText(sop.selector, words)}, at which ${test}`;
      }
      const moved = words.nounOf(sop.sop, isStatement);
      return `${moved}, taken from ${placeText(sop.selector, words)}`;
    }
    default:
      return sop.name;
  }
}

/** Where a value is taken from, by a selector of one position. */
function placeText(selector: Selector, words: Words): string {
  const facts = isSelect(selector) ? functionFacts(selector.predicate) : undefined;
  if (facts !== undefined) return facts.words;
  if (isSelect(selector) && selector.keys.kind === "indices") {
    return `the position whose number is ${words.nounOf(selector.queries, false)}`;
  }
  return positionsText(selector, words);
}

/** `positions up to here whose token equals the token here`. */
function positionsText(selector: Selector, { scope, nounOf }: Words): string {
  if (!isSelect(selector)) return selector.name;
  const { keys, queries, predicate } = selector;
  if (predicate.comparison === "TRUE") return `positions${scope}`;
  const relation = RELATIONS[predicate.comparison ?? ""] ?? functionText(predicate);
  return `positions${scope} where ${nounOf(keys, false)} ${relation} ${nounOf(queries, false)} here`;
}

const isSelect = (selector: Selector): selector is SelectSelector => selector.kind === "select";

/** What an expression is, in words: for lists of variables. */
export function variableWords(program: SOp, causal: boolean): ReadonlyMap<string, string> {
  const nodes = [...extractGraph(program).nodes.values()];
  const labels = new Map(nodes.map(({ label, expression }) => [expression, label]));
  const words: Words = {
    scope: causal ? " up to here" : "",
    nounOf: (sop, isStatement) =>
      childrenOf(sop).length === 0 ? phraseOf(sop, words, isStatement) : labels.get(sop)!,
  };
  return new Map(
    nodes.flatMap(({ label, expression }): [string, string][] =>
      isSelector(expression) || childrenOf(expression).length === 0
        ? []
        : [[label, phraseOf(expression, words)]],
    ),
  );
}
