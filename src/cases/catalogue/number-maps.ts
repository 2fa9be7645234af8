import { floorDivide, modulo } from "../../rasp/index.ts";
import { completeCase } from "../complete-case.ts";
import { autumnRecipe } from "../recipe.ts";
import { integers, spacedNumbers, zeroToTen } from "../vocabulary.ts";
import { pointwise } from "./parts.ts";

/* Maps from integers to integers. */

/** What most published maps of numbers were trained with. */
const recipe = autumnRecipe({ strictWeight: 0.7 });

/** 0, 1, 1, 2, 3, 5, …: each number the sum of the two before. */
function fibonacci(n: number): number {
  let [current, next] = [0, 1];
  for (let i = 0; i < n; i++) [current, next] = [next, current + next];
  return current;
}

export const case8 = completeCase({
  id: "8",
  task: "Each number, unchanged.",
  program: () => pointwise((x) => x),
  vocab: zeroToTen(),
  causal: true,
  trivial: true,
  caveats: ["The paper's case 8 is today's case 90; the two were swapped in October 2024."],
  formerId: "90",
  recipe,
});

export const case41 = completeCase({
  id: "41",
  task: "The absolute value of each number.",
  program: () => pointwise(Math.abs, "make_absolute"),
  vocab: integers(-10, 10),
  causal: true,
  recipe: autumnRecipe({ strictWeight: 1 }),
});

export const case43 = completeCase({
  id: "43",
  task: "The n-th Fibonacci number for each number n.",
  program: () => pointwise(fibonacci, "nth_fib"),
  vocab: integers(0, 20),
  causal: true,
  recipe: autumnRecipe({ strictWeight: 1 }),
});

export const case46 = completeCase({
  id: "46",
  task: "Each number minus 1.",
  program: () => pointwise((x: number) => x - 1, "decrement"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case49 = completeCase({
  id: "49",
  task: "Each number rounded down to a multiple of 3.",
  program: () => pointwise((x: number) => x - modulo(x, 3), "decrement_to_multiple_of_three"),
  vocab: zeroToTen(),
  causal: true,
  recipe: autumnRecipe({ strictWeight: 0.7, seed: 92 }),
});

export const case60 = completeCase({
  id: "60",
  task: "Each number plus 1.",
  program: () => pointwise((x: number) => x + 1, "increment"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case62 = completeCase({
  id: "62",
  task: "The factorial of each number.",
  program: () =>
    pointwise(
      (n: number) => integers(1, n + 1).reduce((product, k) => product * k, 1),
      "factorial",
    ),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case64 = completeCase({
  id: "64",
  task: "The cube of each number.",
  program: () => pointwise((x: number) => x ** 3, "cube_sequence"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case66 = completeCase({
  id: "66",
  task: "Each number rounded to the nearest integer, halves up.",
  program: () => pointwise((x: number) => Math.trunc(x + 0.5), "rounded_sequence"),
  vocab: spacedNumbers(0, 5),
  causal: true,
  recipe: autumnRecipe({ strictWeight: 0.7, seed: 92 }),
});

export const case68 = completeCase({
  id: "68",
  task: "Each number rounded up to a multiple of 3.",
  program: () =>
    pointwise((x: number) => x + modulo(3 - modulo(x, 3), 3), "increment_to_multiple_of_three"),
  vocab: zeroToTen(),
  causal: true,
  recipe: autumnRecipe({ strictWeight: 1 }),
});

export const case69 = completeCase({
  id: "69",
  task: "The sign of each number.",
  program: () => pointwise(Math.sign, "sign"),
  vocab: zeroToTen(),
  causal: true,
  caveats: ["No number of the vocabulary is negative."],
  recipe: autumnRecipe(),
});

export const case72 = completeCase({
  id: "72",
  task: "Each number negated.",
  program: () => pointwise((x: number) => -x, "negated_sequence"),
  vocab: integers(-10, 10),
  causal: true,
  recipe,
});

export const case75 = completeCase({
  id: "75",
  task: "Twice each number.",
  program: () => pointwise((x: number) => 2 * x, "double_elements"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case80 = completeCase({
  id: "80",
  task: "Each number minus 2.",
  program: () => pointwise((x: number) => x - 2, "subtract_2"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case83 = completeCase({
  id: "83",
  task: "Three times each number.",
  program: () => pointwise((x: number) => 3 * x, "triple_sequence"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case85 = completeCase({
  id: "85",
  task: "The square of each number.",
  program: () => pointwise((x: number) => x ** 2, "square_each_element"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case91 = completeCase({
  id: "91",
  task: "Each number, or 0 if it is below 3.",
  program: () => pointwise((x: number) => (x < 3 ? 0 : x), "apply_threshold"),
  vocab: zeroToTen(),
  causal: true,
  recipe: autumnRecipe({ iitWeight: 0.4, strictWeight: 1, epochs: 3000, seed: 92 }),
});

const [LOW, HIGH] = [2, 7];
const WIDTH = HIGH - LOW;

/** Counts `excess` off from one end of the range, turning round at every end. */
function reflect(excess: number, fromLow: boolean): number {
  const turns = Math.abs(floorDivide(excess, WIDTH) % 2);
  const rest = modulo(excess, WIDTH);
  return (turns === 0) === fromLow ? LOW + rest : HIGH - rest;
}

export const case102 = completeCase({
  id: "102",
  task: "Each number, reflected at 2 and at 7 until it lies between them.",
  program: () =>
    pointwise((x: number) => {
      if (LOW < x && x < HIGH) return x;
      return x < LOW ? reflect(LOW - x, true) : reflect(x - HIGH, false);
    }),
  vocab: integers(-20, 20),
  causal: true,
  recipe: autumnRecipe({ seed: 82 }),
});

export const case107 = completeCase({
  id: "107",
  task: "Each number, shifted by a multiple of 5 into the range from 2 to 6.",
  program: () => pointwise((x: number) => modulo(x - LOW, WIDTH) + LOW),
  vocab: integers(-15, 15),
  causal: true,
});
