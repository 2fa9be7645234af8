/** How parts of different signs are told apart: the larger one takes all of the sum, or both stay. */
export const SIGNS = ["resolve", "keep"] as const;
export type Signs = (typeof SIGNS)[number];

/**
 * How outputs are judged. `difference`: rel(right answer) − rel(wrong one). `share`: |rel| over
 * |rel| + |irrel|.
 */
export const JUDGES = ["difference", "share"] as const;
export type Judge = (typeof JUDGES)[number];
