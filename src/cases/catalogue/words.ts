import { aggregate, EQ, map, select, sequenceMap, tokens } from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { autumnRecipe, juneRecipe } from "../recipe.ts";
import { numerals } from "../vocabulary.ts";
import { manyWords, shortWords } from "./drawn-words.ts";
import { pointwise } from "./parts.ts";

/* Maps of words, letter by letter. */

const letterCount = (word: string) => [...word].length;
const reversed = (word: string) => [...word].reverse().join("");
const sortedLetters = (word: string) => [...word].sort().join("");

export const case10 = completeCase({
  id: "10",
  task: "The word if it is symmetric (its first half is its second half reversed), else no value.",
  program: () => {
    const half = map((word: string) => Math.floor(letterCount(word) / 2), tokens);
    const isSymmetric = sequenceMap(
      (word: string, n: number) => word.slice(0, n) === reversed(word).slice(0, n),
      tokens,
      half,
    );
    const keep = (word: string, symmetric: boolean) => (symmetric ? word : null);
    return sequenceMap(keep, tokens, isSymmetric);
  },
  vocab: shortWords("radar", "rotor"),
  causal: true,
});

export const case11 = completeCase({
  id: "11",
  task: "The number of letters of each word.",
  program: () => {
    const lengths = map(letterCount, tokens);
    return aggregate(select(lengths, lengths, EQ), lengths);
  },
  vocab: shortWords(),
  causal: true,
  trivial: true,
  caveats: ["Named after counting words by length, but its output is the length itself."],
  recipe: juneRecipe({ epochs: 500, clipGradNorm: 1 }),
});

const SPAM = ["spam", "offer", "click", "now"];

export const case20 = completeCase({
  id: "20",
  task: 'Whether each word is "spam" or "not spam", by a list of keywords.',
  program: () =>
    pointwise((word: string) =>
      ["free", "offer", "click", "now"].includes(word) ? "spam" : "not spam",
    ),
  vocab: shortWords(...SPAM),
  causal: true,
  trivial: true,
  publishedShape: { dModel: 13, dHead: 3, dMlp: 52 },
  caveats: [
    'The word "spam" itself is no keyword.',
    "The published model is wider (d_model 13) than the rule for its size gives (4).",
  ],
  recipe: juneRecipe(),
});

export const case23 = completeCase({
  id: "23",
  task: "The word if it is a palindrome, else no value.",
  program: () => pointwise((word: string) => (word === reversed(word) ? word : null)),
  vocab: shortWords("racecar", "noon"),
  causal: true,
  compressionRatio: 1.5,
  compressResidual: true,
});

export const case28 = completeCase({
  id: "28",
  task: "Each of 45 words reversed.",
  program: () => pointwise(reversed),
  vocab: manyWords(),
  causal: true,
  compressResidual: true,
});

export const case29 = completeCase({
  id: "29",
  task: "Each word cut down to its first three letters.",
  program: () => pointwise((word: string) => word.slice(0, 3)),
  vocab: shortWords(),
  causal: true,
  trivial: true,
  compressResidual: true,
  recipe: juneRecipe(),
});

export const case30 = completeCase({
  id: "30",
  task: "Whether each numeral (a string) stands for a number from 10 to 20.",
  program: () => pointwise((numeral: string) => 10 <= Number(numeral) && Number(numeral) <= 20),
  vocab: numerals(0, 30),
  causal: true,
  recipe: autumnRecipe(),
});

export const case31 = completeCase({
  id: "31",
  task: 'Whether each word is an anagram of "listen".',
  program: () => pointwise((word: string) => sortedLetters(word) === sortedLetters("listen")),
  vocab: shortWords("listen"),
  causal: true,
  recipe: autumnRecipe(),
});

export const case33 = completeCase({
  id: "33",
  task: "Whether each word has an even number of letters.",
  program: () => pointwise((word: string) => letterCount(word) % 2 === 0),
  vocab: shortWords(),
  causal: true,
  trivial: true,
  recipe: juneRecipe({ learningRate: 1e-3 }),
});

export const case34 = completeCase({
  id: "34",
  task: "The number of vowels of each word divided by the number of its consonants.",
  program: () =>
    pointwise((word: string) => {
      const vowels = [...word.toLowerCase()].filter((letter) => "aeiou".includes(letter)).length;
      return vowels / (letterCount(word) - vowels);
    }),
  vocab: shortWords(),
  causal: true,
  compressionRatio: 1.5,
  compressResidual: true,
  recipe: juneRecipe({ strictWeight: 1 }),
});

export const case35 = completeCase({
  id: "35",
  task: "Each word with its letters alternating between upper and lower case.",
  program: () =>
    pointwise((word: string) =>
      [...word].map((c, i) => (i % 2 === 0 ? c.toUpperCase() : c.toLowerCase())).join(""),
    ),
  vocab: shortWords(),
  causal: true,
  trivial: true,
  compressionRatio: 3,
  compressResidual: true,
  recipe: juneRecipe({ strictWeight: 1 }),
});

export const case36 = completeCase({
  id: "36",
  task: "The mood of each emoji: positive, negative or neutral.",
  program: () =>
    pointwise((emoji: string) => {
      if (emoji === "😊") return "positive";
      return emoji === "😢" ? "negative" : "neutral";
    }),
  vocab: ["😊", "😢", "📘"],
  causal: true,
  trivial: true,
  compressionRatio: 2.5,
  compressResidual: true,
  recipe: juneRecipe({ strictWeight: 1 }),
});

export const case37 = completeCase({
  id: "37",
  task: 'Each word reversed, except "nochange".',
  program: () => pointwise((word: string) => (word === "nochange" ? word : reversed(word))),
  vocab: shortWords(),
  causal: true,
  trivial: true,
  compressionRatio: 2.2,
  compressResidual: true,
  caveats: ['"nochange" is not in the vocabulary: every word is reversed.'],
  recipe: juneRecipe({ strictWeight: 1 }),
});

export const case90 = completeCase({
  id: "90",
  task: 'Each word, with "findme" replaced by "-".',
  program: () => pointwise((word: string) => (word === "findme" ? "-" : word)),
  vocab: shortWords("findme", "-"),
  causal: true,
  trivial: true,
  caveats: ["The paper calls it case 8; the two were swapped in October 2024."],
  formerId: "8",
  recipe: autumnRecipe({ seed: 82 }),
});
