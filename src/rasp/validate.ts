import { truncate } from "../errors/index.ts";
import { type NullSelection, nullSelections } from "./absence.ts";
import { checkExpression } from "./check.ts";
import { type EvaluateOptions, evaluateAll, type Sequence, type Trace } from "./evaluate.ts";
import {
  type AggregateSOp,
  breadthFirst,
  childrenOf,
  type Expression,
  isSelector,
  type Selector,
  type SelectSelector,
} from "./expression.ts";
import { showValue, showValues } from "./format.ts";
import { functionText } from "./function-text.ts";
import { type RaspValue, uniqueValues, valuesEqual } from "./value.ts";

/** The kinds of reasons why a program cannot be compiled. */
export type FindingRule =
  | "numerical-input"
  | "numerical-select"
  | "aggregate-encoding"
  | "aggregate-default"
  | "nonlinear-encoding"
  | "linear-encoding"
  | "composite-selector"
  | "interpreter-only"
  | "null-predicate"
  | "aggregate-width"
  | "aggregate-not-binary";

/** One reason why a sub-expression cannot be compiled. */
export interface Finding {
  readonly rule: FindingRule;
  /** The name of the sub-expression. */
  readonly name: string;
  /** What is wrong and what to write instead. */
  readonly reason: string;
  readonly expression: Expression;
}

type Complaint = Pick<Finding, "rule" | "reason">;

/**
 * Why a program cannot be compiled, as far as the program itself tells: at most one finding per
 * sub-expression, in breadth-first order; empty if none.
 *
 * Every sub-expression is checked (the original checks only the first of each name).
 */
export function validateStatic(program: Expression): readonly Finding[] {
  checkExpression("validateStatic(program)", program);
  return breadthFirst(program).flatMap((expression) => {
    const complaint = complain(expression);
    return complaint === undefined ? [] : [{ ...complaint, name: expression.name, expression }];
  });
}

/**
 * Why a program would not compute on `xs` what its compiled form computes: averages over different
 * categorical values, or over numbers that do not lie around 0 and 1, and predicates that are true
 * of "no value" where that matters.
 *
 * @throws InterpBenchError if the program cannot be evaluated on `xs`
 */
export function validateDynamic(
  program: Expression,
  xs: Sequence | string,
  options?: EvaluateOptions,
): readonly Finding[] {
  const trace = evaluateAll(program, xs, options);
  const means = breadthFirst(program).flatMap((expression) => {
    if (expression.kind !== "aggregate") return [];
    const complaint = complainAboutMean(expression, trace);
    return complaint === undefined ? [] : [{ ...complaint, name: expression.name, expression }];
  });
  if (isSelector(program)) return means;
  return [...means, ...nullSelections(program, xs, options).map(nullFinding)];
}

/** The finding for a predicate that is true of "no value" where that matters. */
export function nullFinding(selection: NullSelection): Finding {
  const { selector, sides, input, position, value, without } = selection;
  const operands = { key: selector.keys.name, query: selector.queries.name };
  const missing = sides.map((side) => `the ${side} "${operands[side]}"`).join(" or ");
  const remedy = [...new Set(sides.map((side) => `orElse(${operands[side]}, "none")`))].join(
    " and ",
  );
  return {
    rule: "null-predicate",
    name: selector.name,
    reason:
      `the predicate ${truncate(functionText(selector.predicate), 80)} is true where ${missing} has no ` +
      `value (null), but attention selects nothing there: on the input ` +
      `[${input.map(showValue).join(", ")}], position ${position} is ${showValue(value)} and would be ` +
      `${without === null ? "without a value" : showValue(without)}; give it a value everywhere with ` +
      `${remedy}, and test for that`,
    expression: selector,
  };
}

/** The static findings and, if an input is given, the dynamic ones. */
export function validate(program: Expression, xs?: Sequence | string): readonly Finding[] {
  const findings = validateStatic(program);
  return xs === undefined ? findings : [...findings, ...validateDynamic(program, xs)];
}

/** The findings as lines `name(operands): reason`, for messages. */
export function formatFindings(findings: readonly Finding[]): string {
  return findings
    .map(({ name, reason, expression }) => {
      const operands = childrenOf(expression).map((child) => child.name);
      return `  ${name}${operands.length === 0 ? "" : `(${operands.join(", ")})`}: ${reason}`;
    })
    .join("\n");
}

function complain(expression: Expression): Complaint | undefined {
  switch (expression.kind) {
    case "tokens":
    case "indices":
      if (expression.encoding === "categorical") return undefined;
      return {
        rule: "numerical-input",
        reason: `${expression.kind} must be categorical; use numerical(map((x) => x, ${expression.kind}))`,
      };
    case "select":
      return complainAboutSelect(expression);
    case "aggregate":
      return complainAboutAggregate(expression);
    case "selectorWidth":
      return complainAboutSelector(expression.selector);
    case "sequenceMap": {
      const encodings = [expression.fst, expression.snd, expression].map((sop) => sop.encoding);
      if (!encodings.includes("numerical")) return undefined;
      return {
        rule: "nonlinear-encoding",
        reason: `a sequence map has categorical operands and a categorical result, not ${encodings.join(", ")}; use linearSequenceMap for numerical ones`,
      };
    }
    case "linearSequenceMap": {
      const encodings = [expression.fst, expression.snd, expression].map((sop) => sop.encoding);
      if (!encodings.includes("categorical")) return undefined;
      return {
        rule: "linear-encoding",
        reason: `a linear sequence map has numerical operands and a numerical result, not ${encodings.join(", ")}; use numerical(…), or sequenceMap for categorical ones`,
      };
    }
    case "orElse": {
      const encodings = [expression.inner, expression].map((sop) => sop.encoding);
      if (!encodings.includes("numerical")) return undefined;
      return {
        rule: "nonlinear-encoding",
        reason: `orElse is for categorical SOps, not ${encodings.join(", ")}; a numerical one is 0 where it has no value`,
      };
    }
    case "length":
      return interpreterOnly("the length is not an input of the transformer; use makeLength()");
    case "full":
      return interpreterOnly("a constant is not an input; use map(() => value, indices)");
    case "constantSOp":
    case "constantSelector":
      return interpreterOnly("a fixed sequence or matrix cannot be compiled");
    default:
      return undefined;
  }
}

function interpreterOnly(reason: string): Complaint {
  return { rule: "interpreter-only", reason };
}

function complainAboutSelect({ keys, queries }: SelectSelector): Complaint | undefined {
  const numerical = [keys, queries].filter(({ encoding }) => encoding === "numerical");
  if (numerical.length === 0) return undefined;
  const sides =
    numerical.length === 2 ? "keys and queries" : numerical[0] === keys ? "keys" : "queries";
  const names = [...new Set(numerical.map(({ name }) => `"${name}"`))].join(" and ");
  const verb = numerical.length === 2 && keys !== queries ? "are" : "is";
  return {
    rule: "numerical-select",
    reason: `the ${sides} of a select must be categorical, and ${names} ${verb} numerical; use categorical(…)`,
  };
}

function complainAboutAggregate(aggregate: AggregateSOp): Complaint | undefined {
  const { encoding, selector, sop } = aggregate;
  if (encoding !== sop.encoding) {
    return {
      rule: "aggregate-encoding",
      reason: `an aggregate has the encoding of what it aggregates: it is ${encoding}, "${sop.name}" is ${sop.encoding}; use ${sop.encoding}(…) around the aggregate, or ${encoding}(…) around "${sop.name}"`,
    };
  }
  const fallback = encoding === "categorical" ? null : 0;
  const remedy =
    fallback === null
      ? `write orElse(aggregate(selector, sop), ${showValue(aggregate.default)})`
      : "write aggregate(selector, sop, 0)";
  if (!valuesEqual(aggregate.default, fallback)) {
    return {
      rule: "aggregate-default",
      reason: `the default of a ${encoding} aggregate must be ${fallback}, not ${showValue(aggregate.default)}; ${remedy}`,
    };
  }
  return complainAboutSelector(selector);
}

function complainAboutSelector(selector: Selector): Complaint | undefined {
  if (selector.kind === "select" || selector.kind === "constantSelector") {
    return undefined;
  }
  return {
    rule: "composite-selector",
    reason: `"${selector.name}" cannot be one attention pattern; write one select with a predicate that tests it all; where keys or queries differ, make pairs of them: sequenceMap((x, y) => [x, y], …)`,
  };
}

function complainAboutMean(
  aggregate: AggregateSOp,
  { sequences, matrices }: Trace,
): Complaint | undefined {
  const inputs = uniqueValues(sequences.get(aggregate.sop)!);
  if (aggregate.encoding === "numerical") {
    if (inputs.every(isAverageable)) return undefined;
    return {
      rule: "aggregate-not-binary",
      reason: `a numerical aggregate averages 0 and 1 (or averages of these) only, not ${showValues(inputs)}`,
    };
  }
  const values = sequences.get(aggregate.sop)!;
  const mixed = matrices
    .get(aggregate.selector)!
    .map((row) => uniqueValues(values.filter((_, key) => row[key])))
    .find((selected) => selected.length > 1);
  if (mixed === undefined) return undefined;
  return {
    rule: "aggregate-width",
    reason: `a categorical aggregate moves one value per query, but here ${showValues(mixed)} are selected by one`,
  };
}

/**
 * Whether numerical aggregates take a value: 0, 1, and fractions around them, since what is averaged
 * may be an average already. `null` counts as 0.
 */
export function isAverageable(value: RaspValue): boolean {
  return [0, 1].includes(Math.trunc(Number(value)));
}
