import { aggregate, indices, linearSequenceMap, named, numerical } from "../build.ts";
import { LEQ } from "../comparison.ts";
import type { SOp } from "../expression.ts";
import { eq } from "../operators.ts";
import { select } from "../select.ts";
import type { RaspValue } from "../value.ts";

/** The fraction of positions up to here where `bools` is true (numerical). `"x": "axx" ↦ 0, ½, ⅔`. */
export function makeFracPrevs(bools: SOp): SOp {
  const previous = select(indices, indices, LEQ);
  return named(numerical(aggregate(previous, numerical(bools), 0)), "frac_prevs");
}

/** The fraction of openers minus the fraction of closers up to here (numerical). */
export function makePairBalance(sop: SOp, open: RaspValue, close: RaspValue): SOp {
  const boolsOpen = named(numerical(eq(sop, open)), "bools_open");
  const opens = named(numerical(makeFracPrevs(boolsOpen)), "opens");
  const boolsClose = named(numerical(eq(sop, close)), "bools_close");
  const closes = named(numerical(makeFracPrevs(boolsClose)), "closes");
  return named(numerical(linearSequenceMap(opens, closes, 1, -1)), "pair_balance");
}
