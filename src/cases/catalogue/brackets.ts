import { makeShuffleDyck, type RaspValue } from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { halfAndHalf, type RowSampler, uniformRow } from "../sampler.ts";

/* Balanced brackets. */

const PAIRS = ["()", "{}"];

/**
 * A row balanced in every pair of brackets: at each step any closer that is due, "x" if the rest
 * of the row still has room for all of them, an opener if it has room for one closer more.
 */
const balancedRow: RowSampler = (draws, length) => {
  const open: string[] = [];
  return Array.from({ length }, (_, i): RaspValue => {
    const remaining = length - i;
    const allowed = PAIRS.flatMap(([opener, closer]) => (open.includes(opener!) ? [closer!] : []));
    if (open.length + 1 <= remaining) allowed.push("x");
    if (open.length + 2 <= remaining) allowed.push(...PAIRS.map(([opener]) => opener!));
    const token = draws.choice(allowed);
    const pair = PAIRS.find((brackets) => brackets.includes(token));
    if (pair?.[0] === token) open.push(token);
    else if (pair !== undefined) open.splice(open.indexOf(pair[0]!), 1);
    return token;
  });
};

export const case5 = completeCase({
  id: "5",
  task: "Whether the whole sequence is balanced in round and in curly brackets, which may interleave.",
  program: () => makeShuffleDyck(PAIRS),
  vocab: ["(", ")", "{", "}", "x"],
  causal: false,
  compressionRatio: 1.8,
  compressResidual: true,
  sampler: halfAndHalf(balancedRow, uniformRow),
  caveats: ["The original's balanced inputs depend on Python's hash seed and cannot be repeated."],
});
