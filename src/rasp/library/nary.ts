import { InterpBenchError } from "../../errors/index.ts";
import { map, sequenceMap } from "../build.ts";
import { checkFunction, checkSOp } from "../check.ts";
import type { SOp } from "../expression.ts";
import { isTuple, type RaspValue } from "../value.ts";

/**
 * A sequence map of any number of operands: they are collected in tuples pair by pair, then `f`
 * is applied to the tuple. The tuples make the residual stream wide; use it on small value sets.
 */
export function makeNarySequenceMap<X extends RaspValue>(
  f: (...xs: X[]) => RaspValue,
  ...sops: readonly SOp[]
): SOp {
  checkFunction("makeNarySequenceMap(f, …sops): f", f);
  const [first, ...others] = sops.map((sop) => checkSOp("makeNarySequenceMap(f, …sops)", sop));
  if (first === undefined) {
    throw new InterpBenchError("E_RASP_ARGUMENT", "a sequence map of no operands", {
      expected: "at least one SOp",
    });
  }
  const tuples = others.reduce<SOp>((collected, sop) => sequenceMap(append, collected, sop), first);
  return map((xs: RaspValue) => f(...((isTuple(xs) ? xs : [xs]) as X[])), tuples);
}

function append(collected: RaspValue, value: RaspValue): RaspValue {
  return isTuple(collected) ? [...collected, value] : [collected, value];
}
