import { InterpBenchError } from "../../errors/index.ts";
import { aggregate, indices, named, orElse, selectorWidth, sequenceMap } from "../build.ts";
import { checkArray, checkNumber, checkSOp, checkValue } from "../check.ts";
import { EQ } from "../comparison.ts";
import type { SOp } from "../expression.ts";
import { formatValue } from "../format.ts";
import { withText } from "../function-text.ts";
import { and, eq } from "../operators.ts";
import { select } from "../select.ts";
import { type RaspValue, valuesEqual } from "../value.ts";

/**
 * The value `offset` positions before (after, if negative), `fallback` where there is none.
 * `shiftBy(1, tokens): "abc" ↦ null, a, b`.
 *
 * A fallback of a categorical SOp is written by {@link orElse}; of a numerical one only 0 compiles.
 */
export function shiftBy(offset: number, sop: SOp, fallback: RaspValue = null): SOp {
  checkNumber("shiftBy(offset, sop): offset", offset);
  checkSOp("shiftBy(offset, sop): sop", sop);
  const isAtOffset = withText(
    (key: number, query: number) => query === key + offset,
    `query = key ${offset < 0 ? "−" : "+"} ${Math.abs(offset)}`,
  );
  const atOffset = select(indices, indices, isAtOffset);
  const shifted =
    fallback === null || sop.encoding === "numerical"
      ? aggregate(atOffset, sop, fallback)
      : orElse(aggregate(atOffset, sop), fallback);
  return named(shifted, `shift_by(${offset})`);
}

/**
 * Whether the pattern ends at this position; `null` where it cannot have begun.
 * `detectPattern(tokens, "ab"): "aab" ↦ null, false, true`.
 *
 * @param pattern its elements, or a string of one-character elements
 */
export function detectPattern(sop: SOp, pattern: string | readonly RaspValue[]): SOp {
  const call = "detectPattern(sop, pattern): pattern";
  const elements: readonly RaspValue[] =
    typeof pattern === "string"
      ? [...pattern]
      : Array.from(checkArray(call, pattern), (element, i) => checkValue(`${call}[${i}]`, element));
  if (elements.length === 0) {
    throw new InterpBenchError("E_RASP_ARGUMENT", "an empty pattern is found everywhere", {
      expected: "at least one element",
    });
  }
  const detectors = elements.map((element, i) => {
    const offset = elements.length - 1 - i;
    const found = eq(sop, element);
    return offset === 0 ? found : shiftBy(offset, found);
  });
  return named(
    detectors.reduce((a, b) => and(a, b)),
    `detect_pattern(${formatValue(pattern)})`,
  );
}

/** Each value where it first appears, `null` where it is repeated. `"abac" ↦ a, b, null, c`. */
export function makeUniqueTokenExtractor(sop: SOp): SOp {
  const positions = sequenceMap((x: RaspValue, i: number) => [x, i], sop, indices);
  const occurrences = selectorWidth(
    select(
      positions,
      positions,
      (
        [key, keyIndex]: readonly [RaspValue, number],
        [query, queryIndex]: readonly [RaspValue, number],
      ) => valuesEqual(key, query) && keyIndex <= queryIndex,
    ),
  );
  const firstIndex = sequenceMap(
    (count: number, i: number) => (count === 1 ? i : -1),
    occurrences,
    indices,
  );
  const selector = named(select(firstIndex, indices, EQ), "unique_tokens_selector");
  return named(aggregate(selector, sop), "unique_tokens");
}
