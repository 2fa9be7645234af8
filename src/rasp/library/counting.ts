import { named, selectorWidth, tokens } from "../build.ts";
import { checkNumber, checkValue } from "../check.ts";
import { EQ, TRUE } from "../comparison.ts";
import type { SOp } from "../expression.ts";
import { formatValue } from "../format.ts";
import { select } from "../select.ts";
import { type RaspValue, valuesEqual } from "../value.ts";

/** The length of the sequence: every query selects every key. `"abc" ↦ 3, 3, 3`. */
export function makeLength(): SOp {
  const allTrue = named(select(tokens, tokens, TRUE), "all_true_selector");
  return named(selectorWidth(allTrue), "length");
}

/** How often each token occurs in the sequence. `"abac" ↦ 2, 1, 2, 1`. */
export function makeHist(): SOp {
  const sameToken = named(select(tokens, tokens, EQ), "same_tok");
  return named(selectorWidth(sameToken), "hist");
}

/** How often `token` occurs in `sop`, at every position. `count(tokens, "a"): "aab" ↦ 2, 2, 2`. */
export function makeCount(sop: SOp, token: RaspValue): SOp {
  checkValue("makeCount(sop, token): token", token);
  const isToken = select(sop, sop, (key: RaspValue) => valuesEqual(key, token));
  return named(selectorWidth(isToken), `count_${formatValue(token)}`);
}

/** How many positions hold a token that occurs at most `n` times. `n = 2: "aaabbc" ↦ 3, …`. */
export function makeCountLessFreq(n: number): SOp {
  checkNumber("makeCountLessFreq(n)", n);
  const hist = makeHist();
  const selectLess = named(
    select(hist, hist, (key: number) => key <= n),
    "select_less",
  );
  return named(selectorWidth(selectLess), "count_less_freq");
}
