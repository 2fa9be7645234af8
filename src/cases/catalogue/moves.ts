import {
  aggregate,
  EQ,
  indices,
  makeLength,
  makeReverse,
  map,
  named,
  type SOp,
  select,
  sequenceMap,
  tokens,
  withNumberType,
} from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { autumnRecipe } from "../recipe.ts";
import { letters, zeroToTen } from "../vocabulary.ts";
import { countAll, everywhere, isEven, moveTo, SEES_PAD, valueAt } from "./parts.ts";

/* Tokens moved to other positions. */

/** A position computed from the own one and the length. */
const fromIndexAndLength = (f: (i: number, n: number) => number): SOp =>
  sequenceMap(f, indices, countAll(indices));

/** The token at one position, everywhere. */
const broadcast = (position: number, selectorName: string): SOp =>
  aggregate(named(select(indices, everywhere(position), EQ), selectorName), tokens);

export const case2 = completeCase({
  id: "2",
  task: "The sequence in reverse order.",
  program: () => makeReverse(tokens),
  vocab: letters(),
  causal: false,
  recipe: autumnRecipe(),
});

export const case24 = completeCase({
  id: "24",
  task: "Each token, unchanged, copied by attention to its own position.",
  program: () => named(valueAt(indices), "first_occurrence"),
  vocab: letters(3),
  causal: true,
  compressionRatio: 1.2,
  caveats: ["Named after first occurrences, but it is the identity."],
  recipe: autumnRecipe(),
});

export const case42 = completeCase({
  id: "42",
  task: "The first token, at every position.",
  program: () => named(broadcast(0, "first_elem_selector"), "first_element_sequence"),
  vocab: letters(10),
  causal: true,
});

export const case57 = completeCase({
  id: "57",
  task: "The second token, at every position.",
  program: () => named(broadcast(1, "second_element_selector"), "second_element_sequence"),
  vocab: letters(10),
  causal: false,
});

export const case58 = completeCase({
  id: "58",
  task: "The first half of the sequence, followed by its mirror image.",
  program: () => {
    const source = sequenceMap(
      (i: number, n: number) => (i >= Math.floor(n / 2) ? n - 1 - i : i),
      indices,
      makeLength(),
    );
    const selector = named(select(indices, source, EQ), "mirror_selector");
    return named(aggregate(selector, tokens), "mirrored_sequence");
  },
  vocab: zeroToTen(),
  causal: false,
  recipe: autumnRecipe(),
});

export const case74 = completeCase({
  id: "74",
  task: "The tokens at odd positions (counted from 0) in reverse order, the others in their places.",
  program: () =>
    valueAt(
      fromIndexAndLength((i, n) => {
        if (isEven(i)) return i;
        return isEven(n) ? n - i : n - i - 1;
      }),
    ),
  vocab: zeroToTen(),
  causal: false,
  caveats: [SEES_PAD],
});

export const case93 = completeCase({
  id: "93",
  task: "The sequence with the second and third token swapped, the fourth and fifth, and so on.",
  program: () =>
    valueAt(
      fromIndexAndLength((i, n) => {
        if (i === 0 || (i === n - 1 && isEven(n))) return i;
        return isEven(i) ? i - 1 : i + 1;
      }),
    ),
  vocab: zeroToTen(),
  causal: false,
  caveats: [SEES_PAD],
  recipe: autumnRecipe(),
});

export const case100 = completeCase({
  id: "100",
  task: "The sequence with its first two tokens swapped.",
  program: () => moveTo(map((i: number) => (i < 2 ? 1 - i : i), indices)),
  vocab: zeroToTen(),
  maxSeqLen: 11,
  causal: false,
});

export const case103 = completeCase({
  id: "103",
  task: "The sequence with the first and second token swapped, the third and fourth, and so on.",
  program: () =>
    valueAt(
      fromIndexAndLength((i, n) => {
        if (i === n - 1 && !isEven(n)) return i;
        return isEven(i) ? i + 1 : i - 1;
      }),
    ),
  vocab: zeroToTen(),
  causal: false,
  caveats: [SEES_PAD],
  recipe: autumnRecipe(),
});

export const case110 = completeCase({
  id: "110",
  task: "The first half of the sequence with a 0 inserted after each token.",
  program: () => {
    const source = (key: number, query: number) => key === Math.trunc(query / 2);
    const stretched = aggregate(select(indices, indices, source), tokens);
    return sequenceMap((x: number, i: number) => (isEven(i) ? x : 0), stretched, indices);
  },
  vocab: zeroToTen(),
  causal: false,
  caveats: [
    "An audit of the published model could not confirm its circuit: resampling its nodes changed nothing.",
  ],
  recipe: autumnRecipe(),
});

export const case111 = completeCase({
  id: "111",
  task: "The last token at the first position, and 0 at all others.",
  program: () => {
    const last = map((n: number) => n - 1, named(countAll(), "length"));
    const selector = named(select(indices, last, EQ), "last_element_selector");
    const everywhereLast = named(aggregate(selector, tokens), "last_element_sequence");
    return sequenceMap((x: number, i: number) => (i === 0 ? x : 0), everywhereLast, indices);
  },
  vocab: zeroToTen(),
  causal: false,
  recipe: autumnRecipe(),
});

export const case120 = completeCase({
  id: "120",
  task: "The two halves of the sequence swapped; the middle of an odd one stays.",
  program: () => {
    const half = map((n: number) => n / 2, countAll(indices));
    const source = (i: number, h: number) => {
      if (Number.isInteger(h)) return i >= h ? i - h : i + h;
      if (i + 0.5 === h) return i;
      return i < h ? i + Math.trunc(h) + 1 : i - Math.trunc(h) - 1;
    };
    const target = sequenceMap(source, indices, half);
    // In the original some of these integers are floats; it shows in labels only.
    return moveTo(withNumberType(target, (value) => (value <= 2 ? "float" : "int")));
  },
  vocab: zeroToTen(),
  causal: false,
  caveats: [SEES_PAD],
});

export const case128 = completeCase({
  id: "128",
  task: "The sequence with its first and last token swapped.",
  program: () =>
    moveTo(
      fromIndexAndLength((i, n) => {
        if (i === 0) return n - 1;
        return i + 1 === n ? 0 : i;
      }),
    ),
  vocab: zeroToTen(),
  causal: false,
  caveats: [SEES_PAD],
});
