/** How documents say what their intervals are. */
export const INTERVAL_TEXT =
  "95 %, binomial (Wilson), each input or pair counted once; exact where exhaustive";
