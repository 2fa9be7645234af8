import {
  aggregate,
  EQ,
  indices,
  map,
  named,
  type RaspValue,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  TRUE,
  tokens,
} from "../../rasp/index.ts";

/* Parts that several programs are made of. Names are given where they are used. */

/** `f` of every token. */
export function pointwise<X extends RaspValue>(f: (token: X) => RaspValue, name = "map"): SOp {
  return named(map(f, tokens), name);
}

/** `f` of every token and its position. */
export function withIndex<X extends RaspValue>(f: (token: X, index: number) => RaspValue): SOp {
  return sequenceMap(f, tokens, indices);
}

/** The same value at every position. */
export function everywhere(value: RaspValue): SOp {
  return map(() => value, indices);
}

/** The length of the sequence, counted over tokens or over positions. */
export function countAll(counted: SOp = tokens): SOp {
  return selectorWidth(select(counted, counted, TRUE));
}

/** At every position the value of `sop` at the position that `position` names there. */
export function valueAt(position: SOp, sop: SOp = tokens): SOp {
  return aggregate(select(indices, position, EQ), sop);
}

/** Each token moved to the position that `target` names where it stands now. */
export function moveTo(target: SOp, sop: SOp = tokens): SOp {
  return aggregate(select(target, indices, EQ), sop);
}

/** How many positions hold 0. */
export function countZeros(flags: SOp): SOp {
  return selectorWidth(select(flags, everywhere(0), EQ));
}

/** 1 for true, 0 for false. */
export function bit(condition: boolean): number {
  return condition ? 1 : 0;
}

/** Whether the number is even. */
export function isEven(n: number): boolean {
  return n % 2 === 0;
}

/** A caveat of programs whose selectors look at positions only. */
export const SEES_PAD =
  "On inputs filled up with PAD the compiled transformer reads PAD as tokens and differs from the program.";
