import { describe, expect, it } from "vitest";
import { isNumeric, type RaspValue } from "../../rasp/index.ts";
import { getCase, randomRows, readProgram, structuredRows } from "../index.ts";

/* Programs without stored outputs, written a second time as functions of arrays. */

type Numbers = readonly number[];
const everywhere = (xs: readonly unknown[], value: RaspValue) => xs.map(() => value);
const ascending = (xs: Numbers) => [...xs].sort((a, b) => a - b);
const isAscending = (xs: Numbers) => xs.every((x, i) => i === 0 || xs[i - 1]! <= x);
const next = (xs: Numbers, i: number) => xs[Math.min(i + 1, xs.length - 1)]!;
const max = (xs: Numbers) => Math.max(...xs);

const median = (xs: Numbers) => {
  const sorted = ascending(xs);
  const middle = (xs.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
};

const isBalanced = (xs: readonly string[], [open, close]: string) => {
  const depths = xs.map((_, i) =>
    xs.slice(0, i + 1).reduce((depth, x) => depth + (x === open ? 1 : x === close ? -1 : 0), 0),
  );
  return depths.every((depth) => depth >= 0) && depths.at(-1) === 0;
};

const interleaved = (xs: Numbers, i: number) => {
  if (i % 2 === 0) return xs[i]!;
  return xs[xs.length % 2 === 0 ? xs.length - i : xs.length - i - 1]!;
};

const halvesSwapped = (xs: Numbers) => {
  const half = Math.floor(xs.length / 2);
  const middle = xs.slice(half, xs.length - half);
  return [...xs.slice(xs.length - half), ...middle, ...xs.slice(0, half)];
};

const ORACLES: Readonly<Record<string, (xs: never) => readonly RaspValue[]>> = {
  5: (xs: string[]) => everywhere(xs, isBalanced(xs, "()") && isBalanced(xs, "{}")),
  9: ascending,
  12: (xs: string[]) =>
    xs.map((_, i) => (i < 2 ? null : xs.slice(i - 2, i + 1).join("") === "abc")),
  17: (xs: string[]) => xs.map((x, i) => x === xs.at(-1 - i)),
  22: (xs: string[]) => [...xs].sort((a, b) => a.length - b.length),
  30: (xs: string[]) => xs.map((x) => /^(1\d|20)$/.test(x)),
  45: (xs: Numbers) => xs.map((x, i) => (2 * i < xs.length ? 2 * x : x)),
  59: ascending,
  61: (xs: Numbers) => xs.map((x) => 1 + xs.filter((y) => y < x).length),
  67: (xs: Numbers) => xs.map((x) => x * xs.length),
  74: (xs: Numbers) => xs.map((_, i) => interleaved(xs, i)),
  81: (xs: Numbers) => everywhere(xs, median(xs)),
  88: (xs: Numbers) => everywhere(xs, (xs[0]! + xs.at(-1)!) / 2),
  89: (xs: Numbers) => everywhere(xs, isAscending(xs) ? 1 : 0),
  97: (xs: Numbers) => xs.map((x) => (max(xs) === 0 ? 0 : x / max(xs))),
  98: (xs: Numbers) => everywhere(xs, max(xs)),
  112: (xs: Numbers) => xs.map((x, i) => next(xs, i) - x),
  113: (xs: Numbers) => (isAscending(xs) ? xs.toReversed() : xs),
  115: (xs: Numbers) => xs.map((x, i) => x * next(xs, i)),
  119: ([x, a, b, c]: [number, number, number, number]) =>
    everywhere([x, a, b, c], a * x ** 2 + b * x + c),
  120: halvesSwapped,
  125: (xs: Numbers) =>
    everywhere(xs, xs.every((x, i) => i === 0 || (x + xs[i - 1]!) % 2 === 1) ? 1 : 0),
  126: (xs: Numbers) => everywhere(xs, median(xs)),
  127: ([first, second, ...rest]: number[]) => {
    const ratio = first === 0 || second === 0 ? 1 : second! / first!;
    return [first!, second!, ...rest].map((x) => x / ratio);
  },
};

it("there is an oracle for each of the 24 cases", () => {
  expect(Object.keys(ORACLES).length).toBe(24);
});

describe.each(Object.entries(ORACLES))("the program of case %s", (id, oracle) => {
  const case_ = getCase(id);
  const program = readProgram(case_);
  const longest = case_.maxSeqLen - 1;
  const lengths = id === "119" ? [4] : [2, 3, longest - 1, longest];

  it.each(lengths)("gives what its description says on inputs of %d tokens", (length) => {
    for (const row of [...structuredRows(case_, length), ...randomRows(case_, length, 50)]) {
      const outputs = program.outputs(row);
      const expected = oracle(row as never);
      for (const [i, output] of outputs.entries()) {
        const message = `${JSON.stringify(row)} at ${i}`;
        const [a, b] = [output, expected[i]!];
        if (a !== null && isNumeric(a) && b !== null && isNumeric(b)) {
          expect(Math.abs(Number(a) - Number(b)), message).toBeLessThan(1e-9);
        } else expect(a, message).toEqual(b);
      }
    }
  });
});
