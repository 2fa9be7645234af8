import { defineCase } from "../case.ts";
import { autumnRecipe } from "../recipe.ts";
import { integers, spacedNumbers, zeroToTen } from "../vocabulary.ts";
import {
  acos,
  asin,
  atan,
  cos,
  cosh,
  exp,
  log,
  power,
  sin,
  sinh,
  tan,
  tanh,
} from "./exact-functions.ts";
import { pointwise } from "./parts.ts";

/* Functions of analysis, as classes: one per value they can take. */

const recipe = autumnRecipe({ strictWeight: 0.7 });
const minusOneToOne = () => spacedNumbers(-1, 1);

export const case50 = defineCase({
  id: "50",
  task: "The hyperbolic cosine of each number.",
  program: () => pointwise(cosh),
  vocab: zeroToTen(),
  recipe,
});

export const case52 = defineCase({
  id: "52",
  task: "The square root of each number.",
  program: () => pointwise(Math.sqrt, "square_root"),
  vocab: zeroToTen(),
  recipe,
});

export const case54 = defineCase({
  id: "54",
  task: "The hyperbolic tangent of each number.",
  program: () => pointwise(tanh),
  vocab: zeroToTen(),
  recipe,
});

export const case55 = defineCase({
  id: "55",
  task: "The hyperbolic sine of each number.",
  program: () => pointwise(sinh, "hyperbolic_sine"),
  vocab: zeroToTen(),
  recipe,
});

export const case65 = defineCase({
  id: "65",
  task: "The cube root of each number.",
  program: () => pointwise((x: number) => power(x, 1 / 3), "cube_root_operation"),
  vocab: zeroToTen(),
  recipe,
});

export const case70 = defineCase({
  id: "70",
  task: "The cosine of each number.",
  program: () => pointwise(cos, "apply_cosine"),
  vocab: zeroToTen(),
  recipe,
});

export const case73 = defineCase({
  id: "73",
  task: "The sine of each number.",
  program: () => pointwise(sin, "sine"),
  vocab: zeroToTen(),
  recipe: autumnRecipe({ strictWeight: 0.7, seed: 92 }),
});

export const case77 = defineCase({
  id: "77",
  task: "The tangent of each number.",
  program: () => pointwise(tan, "tangent"),
  vocab: zeroToTen(),
  recipe,
});

export const case84 = defineCase({
  id: "84",
  task: "The arctangent of each number.",
  program: () => pointwise(atan, "arctangent"),
  vocab: zeroToTen(),
  recipe,
});

export const case104 = defineCase({
  id: "104",
  task: "The exponential of each number.",
  program: () => pointwise(exp),
  vocab: zeroToTen(),
  recipe,
});

export const case114 = defineCase({
  id: "114",
  task: "The logarithm to base 10 of each number.",
  program: () => pointwise((x: number) => log(x) / log(10), "logarithm"),
  vocab: integers(1, 11),
  recipe: autumnRecipe(),
});

export const case121 = defineCase({
  id: "121",
  task: "The arcsine of each number.",
  program: () => pointwise(asin),
  vocab: minusOneToOne(),
  recipe: autumnRecipe({ strictWeight: 1 }),
});

export const case123 = defineCase({
  id: "123",
  task: "The arccosine of each number.",
  program: () => pointwise(acos),
  vocab: minusOneToOne(),
  recipe,
});
