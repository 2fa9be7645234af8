import {
  aggregate,
  divide,
  indices,
  map,
  type SOp,
  select,
  sequenceMap,
  tokens,
  withNumberType,
  withText,
} from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { integers, zeroToTen } from "../vocabulary.ts";
import { bit, countAll, everywhere, moveTo, SEES_PAD, valueAt } from "./parts.ts";

/* Numbers combined with numbers from elsewhere in the sequence. */

/** The next token; at the end the last one. */
const nextOrSelf = (): SOp => {
  const before = (i: number, n: number) => (i < n - 1 ? i : i - 1);
  const place = sequenceMap(before, indices, countAll(indices));
  return aggregate(
    select(indices, place, (key: number, query: number) => key - 1 === query),
    tokens,
  );
};

const withNext = (f: (x: number, next: number) => number): SOp =>
  sequenceMap(f, tokens, nextOrSelf());

const firstToken = (): SOp => valueAt(everywhere(0));

export const case88 = completeCase({
  id: "88",
  task: "The mean of the first and the last number, at every position.",
  program: () => {
    const atStart = select(indices, indices, (key: number) => key === 0);
    const opposite = (i: number, n: number) => n - i - 1;
    const reversed = moveTo(sequenceMap(opposite, indices, countAll(indices)));
    const [first, last] = [aggregate(atStart, tokens), aggregate(atStart, reversed)];
    return sequenceMap((x: number, y: number) => (x + y) / 2, first, last);
  },
  vocab: zeroToTen(),
  causal: false,
  caveats: [SEES_PAD],
});

export const case99 = completeCase({
  id: "99",
  task: "Each number plus the next one; the last one doubled.",
  program: () => withNext((x, next) => (next !== 0 ? x + next : x)),
  vocab: zeroToTen(),
  causal: false,
  caveats: [SEES_PAD],
});

export const case112 = completeCase({
  id: "112",
  task: "The next number minus this one; 0 at the end.",
  program: () => sequenceMap((next: number, x: number) => next - x, nextOrSelf(), tokens),
  vocab: zeroToTen(),
  causal: false,
  caveats: [SEES_PAD],
});

export const case115 = completeCase({
  id: "115",
  task: "Each number times the next one; the last squared.",
  program: () => withNext((x, next) => x * next),
  vocab: zeroToTen(),
  causal: false,
  caveats: [SEES_PAD],
});

export const case116 = completeCase({
  id: "116",
  task: "Whether each number is a multiple of the first one.",
  program: () => {
    const isMultiple = (x: number, first: number) => bit(first !== 0 && x % first === 0);
    return sequenceMap(isMultiple, tokens, firstToken());
  },
  vocab: zeroToTen(),
  maxSeqLen: 11,
  causal: false,
});

export const case119 = completeCase({
  id: "119",
  task: "The polynomial ax² + bx + c at every position, where x, a, b and c are the four numbers of the sequence.",
  program: () => {
    const zero = sequenceMap((x: number, y: number) => x - y, tokens, tokens);
    const base = valueAt(zero);
    const degree = 2;
    return integers(1, degree + 2).reduce((total: SOp, j) => {
      const coefficient = valueAt(map(() => j, tokens));
      const exponent = degree + 1 - j;
      const monomial = (x: number, c: number) => c * x ** exponent;
      const term = sequenceMap(withText(monomial, `y·x^${exponent}`), base, coefficient);
      return sequenceMap((x: number, y: number) => x + y, total, term);
    }, zero);
  },
  vocab: integers(0, 6),
  maxSeqLen: 5,
  causal: false,
});

export const case127 = completeCase({
  id: "127",
  task: "Each number divided by the ratio of the second number to the first (by 1 if either is 0).",
  program: () => {
    const second = valueAt(map((n: number) => (n > 1 ? 1 : 0), countAll(indices)));
    const ratio = sequenceMap(
      (first: number, other: number) => (first !== 0 && other !== 0 ? other / first : 1),
      firstToken(),
      second,
    );
    const typed = withNumberType(ratio, (value) => (value === 1 ? "int" : "float"));
    return sequenceMap((x: number, r: number) => divide(x, r), tokens, typed);
  },
  vocab: zeroToTen(),
  causal: false,
});
