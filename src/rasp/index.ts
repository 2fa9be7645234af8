/**
 * @file RASP: a language of sequence operations that transformers can compute, after
 * Weiss, Goldberg & Yahav, "Thinking Like Transformers" (2021), in the variant that Tracr
 * (Lindner et al. 2023) compiles.
 *
 * A program is an immutable graph of {@link SOp}s and {@link Selector}s, built by functions
 * (`build`, `select`, `comparison`, `operators`), run by the interpreter (`evaluate`) and checked
 * for what a transformer cannot do (`validate`). `library/` holds ready programs.
 *
 * May import: errors.
 */
export { type NullSelection, nullSelections } from "./absence.ts";
export {
  arithmeticFault,
  divide,
  floorDivide,
  isArithmeticFault,
  modulo,
  roundHalfEven,
} from "./arithmetic.ts";
export {
  aggregate,
  categorical,
  constantSOp,
  full,
  indices,
  length,
  linearSequenceMap,
  map,
  named,
  numerical,
  orElse,
  selectorWidth,
  sequenceMap,
  tokens,
  withNumberType,
} from "./build.ts";
export { callMap, callPredicate, callSequenceMap } from "./call.ts";
export { type ComparisonName, EQ, FALSE, GEQ, GT, LEQ, LT, NEQ, TRUE } from "./comparison.ts";
export {
  type EvaluateOptions,
  evaluate,
  evaluateAll,
  type SelectorMatrix,
  type Sequence,
  type Trace,
  tryEvaluate,
} from "./evaluate.ts";
export {
  type AggregateSOp,
  type AndSelector,
  breadthFirst,
  type ConstantSelector,
  type ConstantSOp,
  childrenOf,
  dependenciesFirst,
  type Encoding,
  type Expression,
  type FullSOp,
  type IndicesSOp,
  isExpression,
  isSelector,
  type LengthSOp,
  type LinearSequenceMapSOp,
  type MapSOp,
  type NotSelector,
  type OrElseSOp,
  type OrSelector,
  type Predicate,
  type Selector,
  type SelectorWidthSOp,
  type SelectSelector,
  type SequenceMapSOp,
  type SOp,
  type TokensSOp,
} from "./expression.ts";
export {
  floatRule,
  formatFloat,
  formatNumber,
  formatValue,
  type NumberType,
  showSequence,
  showValue,
  showValues,
} from "./format.ts";
export { functionText, withText } from "./function-text.ts";
export { makeCount, makeCountLessFreq, makeHist, makeLength } from "./library/counting.ts";
export { makeShuffleDyck } from "./library/dyck.ts";
export { makeFracPrevs, makePairBalance } from "./library/fractions.ts";
export { makeNarySequenceMap } from "./library/nary.ts";
export { makeReverse, makeSort, makeSortFreq, makeSortUnique } from "./library/ordering.ts";
export { detectPattern, makeUniqueTokenExtractor, shiftBy } from "./library/patterns.ts";
export {
  add,
  and,
  div,
  eq,
  ge,
  gt,
  le,
  lt,
  mul,
  ne,
  not,
  type Operand,
  or,
  sub,
} from "./operators.ts";
export {
  constantSelector,
  type SimplifyOption,
  select,
  selectorAnd,
  selectorNot,
  selectorOr,
} from "./select.ts";
export {
  type Finding,
  type FindingRule,
  formatFindings,
  isAverageable,
  nullFinding,
  validate,
  validateDynamic,
  validateStatic,
} from "./validate.ts";
export {
  canonicalValue,
  compareStrings,
  compareValues,
  isNumeric,
  isRaspValue,
  isTruthy,
  isTuple,
  type RaspValue,
  uniqueValues,
  valueKey,
  valuesEqual,
} from "./value.ts";
