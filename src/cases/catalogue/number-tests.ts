import { map, sequenceMap, tokens } from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { autumnRecipe } from "../recipe.ts";
import { integers, zeroToTen } from "../vocabulary.ts";
import { bit, pointwise } from "./parts.ts";

/* Properties of numbers: 1 if a number has it, else 0. */

const divides = (d: number, n: number) => n % d === 0;

function isPrime(n: number): boolean {
  return n >= 2 && !integers(2, Math.floor(Math.sqrt(n)) + 1).some((d) => divides(d, n));
}

/** 2, 4, 8, …; 1 does not count. */
function isHigherPowerOfTwo(n: number): boolean {
  return n >= 2 && Number.isInteger(Math.log2(n));
}

function isFibonacci(n: number): boolean {
  const numbers = [0, 1];
  while (numbers.at(-1)! < n) numbers.push(numbers.at(-1)! + numbers.at(-2)!);
  return numbers.includes(n);
}

export const case51 = completeCase({
  id: "51",
  task: "Whether each number is a Fibonacci number.",
  program: () => pointwise((n: number) => bit(isFibonacci(n)), "check_fibonacci_map"),
  vocab: integers(0, 100),
  causal: true,
  recipe: autumnRecipe(),
});

export const case79 = completeCase({
  id: "79",
  task: "Whether each number is prime.",
  program: () => pointwise((n: number) => bit(isPrime(n))),
  vocab: zeroToTen(),
  causal: true,
  recipe: autumnRecipe(),
});

export const case86 = completeCase({
  id: "86",
  task: "Whether each number is a power of 2 other than 1.",
  program: () => pointwise((n: number) => bit(isHigherPowerOfTwo(n)), "check_multiple_of_2"),
  vocab: zeroToTen(),
  causal: true,
  caveats: ["1 does not count as a power of 2."],
  recipe: autumnRecipe(),
});

export const case87 = completeCase({
  id: "87",
  task: "Whether each number is at least 3.",
  program: () => pointwise((n: number) => bit(n >= 3)),
  vocab: zeroToTen(),
  causal: true,
  recipe: autumnRecipe(),
});

export const case95 = completeCase({
  id: "95",
  task: "The number of different primes that divide each number; 0 for 0.",
  program: () =>
    pointwise((n: number) => integers(2, n + 1).filter((d) => isPrime(d) && divides(d, n)).length),
  vocab: integers(0, 30),
  causal: true,
  recipe: autumnRecipe({ strictWeight: 0.7 }),
});

export const case101 = completeCase({
  id: "101",
  task: "Whether each number is a perfect square.",
  program: () => pointwise((n: number) => bit(Number.isInteger(Math.sqrt(n)))),
  vocab: integers(0, 30),
  causal: true,
  recipe: autumnRecipe(),
});

export const case105 = completeCase({
  id: "105",
  task: "The smallest prime that is not less than each number.",
  program: () =>
    pointwise((n: number) => {
      let candidate = n;
      while (!isPrime(candidate)) candidate++;
      return candidate;
    }),
  vocab: integers(0, 30),
  causal: true,
  caveats: ["A prime is its own successor."],
  recipe: autumnRecipe({ strictWeight: 0.7 }),
});

export const case122 = completeCase({
  id: "122",
  task: "Whether each number is divisible by 3.",
  program: () => pointwise((n: number) => bit(divides(3, n))),
  vocab: integers(0, 30),
  causal: true,
  recipe: autumnRecipe(),
});

export const case130 = completeCase({
  id: "130",
  task: "Each number, clipped to the range from 2 to 7.",
  program: () => {
    const [low, high] = [map(() => 2, tokens), map(() => 7, tokens)];
    const fromLow = sequenceMap(Math.max, tokens, low);
    return sequenceMap(Math.min, fromLow, high);
  },
  vocab: integers(-15, 15),
  causal: true,
  recipe: autumnRecipe({ strictWeight: 1 }),
});
