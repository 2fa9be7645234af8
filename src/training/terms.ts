/**
 * The terms of the SIIT objective, for a base input b and a source input s:
 *
 * - `iit`: patch the image Π(v) of a variable from s; the target is the high-level model's output
 *   on b with v from s;
 * - `strict`: patch nodes outside the circuit from s; the target is b's label;
 * - `behavior`: patch nothing; the target is b's label.
 */
export const TERMS = ["iit", "strict", "behavior"] as const;
export type Term = (typeof TERMS)[number];
