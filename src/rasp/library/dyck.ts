import { describeValue, InterpBenchError } from "../../errors/index.ts";
import { aggregate, indices, map, named, numerical, tokens } from "../build.ts";
import { EQ, TRUE } from "../comparison.ts";
import type { SOp } from "../expression.ts";
import { and, eq, lt, not, or, sub } from "../operators.ts";
import { select } from "../select.ts";
import { isTuple } from "../value.ts";
import { makeLength } from "./counting.ts";
import { makePairBalance } from "./fractions.ts";

/**
 * Whether the sequence is balanced in every pair of brackets, which may interleave
 * (shuffle-Dyck-n): `["()", "{}"]: "({)}" ↦ 1, 1, 1, 1`.
 *
 * @param pairs two-character strings: opener, closer
 */
export function makeShuffleDyck(pairs: readonly string[]): SOp {
  const isPair = (pair: unknown) => typeof pair === "string" && [...pair].length === 2;
  if (!isTuple(pairs) || pairs.length === 0 || !pairs.every(isPair)) {
    throw new InterpBenchError("E_RASP_ARGUMENT", "shuffle-Dyck needs pairs of brackets", {
      expected: 'at least one pair such as "()"',
      received: isTuple(pairs) ? `[${pairs.map(describeValue).join(", ")}]` : describeValue(pairs),
    });
  }
  const balances = pairs.map((pair) => {
    const [open, close] = [...pair] as [string, string];
    return named(makePairBalance(tokens, open, close), `balance_${pair}`);
  });

  // No bracket was closed before it was opened, anywhere.
  const anyNegative = balances.map((balance) => lt(balance, 0)).reduce((a, b) => or(a, b));
  const anyNegativeNumber = named(numerical(map((x) => x, anyNegative)), "any_negative");
  const selectAll = named(select(indices, indices, TRUE), "select_all");
  const hasNegative = named(numerical(aggregate(selectAll, anyNegativeNumber, 0)), "has_neg");

  // All brackets are closed at the end.
  const allZero = balances.map((balance) => eq(balance, 0)).reduce((a, b) => and(a, b));
  const selectLast = named(select(indices, sub(makeLength(), 1), EQ), "select_last");
  const lastZero = named(aggregate(selectLast, allZero), "last_zero");

  const noNegative = named(not(hasNegative), "not_has_neg");
  return named(and(lastZero, noNegative), "shuffle_dyck");
}
