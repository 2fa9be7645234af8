import { type Expression, functionText, type RaspValue } from "../../rasp/index.ts";
import { functionFacts } from "../generate/functions.ts";
import { renamings } from "./renamings.ts";

/**
 * The form of a program: a text that two programs share if they are made in the same way, but for the names
 * of tokens and sub-expressions, the order of operands where that makes no difference, and what is computed
 * once or twice.
 *
 * It is the least, in the order of texts, that the program is written out as under any renaming of tokens.
 */
export function programForm(program: Expression, vocab: readonly RaspValue[]): string {
  return renamings(vocab)
    .map((rename) => {
      const places = new Map(vocab.map((token, i) => [String(token), String(rename[i])]));
      return writtenOut(program, (text) => renamed(text, places));
    })
    .reduce((least, text) => (text < least ? text : least));
}

/** Texts in quotes that are made of tokens, small or capital, with the number of each in its place. */
function renamed(text: string, places: ReadonlyMap<string, string>): string {
  return text.replace(/"([^"]*)"/g, (quoted, inside: string) => {
    const parts = [...inside].map((letter) => {
      const place = places.get(letter.toLowerCase());
      return place === undefined || letter === letter.toLowerCase() ? place : `^${place}`;
    });
    return parts.includes(undefined) ? quoted : parts.join(".");
  });
}

/** A program as one text without names: every operand in brackets behind what is done with it. */
function writtenOut(program: Expression, rename: (text: string) => string): string {
  const known = new Map<Expression, string>();
  const write = (expression: Expression): string => {
    const text = known.get(expression) ?? written(expression, write, rename);
    known.set(expression, text);
    return text;
  };
  return write(program);
}

function written(
  expression: Expression,
  write: (expression: Expression) => string,
  rename: (text: string) => string,
): string {
  switch (expression.kind) {
    case "map":
      return `map(${rename(functionText(expression.f))})(${write(expression.inner)})`;
    case "sequenceMap": {
      const operands = [write(expression.fst), write(expression.snd)];
      if (functionFacts(expression.f)?.isSymmetric === true) operands.sort();
      return `map(${rename(functionText(expression.f))})(${operands.join(",")})`;
    }
    case "linearSequenceMap": {
      const { fst, snd, fstFactor, sndFactor } = expression;
      const terms = [`${fstFactor}*${write(fst)}`, `${sndFactor}*${write(snd)}`];
      return `sum(${terms.sort().join(",")})`;
    }
    case "selectorWidth":
      return `width(${write(expression.selector)})`;
    case "aggregate":
      return `${expression.encoding}(${write(expression.selector)},${write(expression.sop)})`;
    case "select": {
      const { keys, queries, predicate } = expression;
      const question = predicate.comparison ?? functionText(predicate);
      return question === "TRUE" ? "all" : `select(${question})(${write(keys)},${write(queries)})`;
    }
    default:
      return expression.name;
  }
}
