/**
 * The ranks of numbers, the smallest being 1; equal ones share the mean of their ranks.
 *
 * @param values `[item]`, no NaN
 * @param apart how far a number may be from the next smaller one and be equal to it. Default 0
 * @returns `[item]`
 */
export function averageRanks(values: readonly number[], apart = 0): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!]! <= values[order[end - 1]!]! + apart) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}
