import { completeCase } from "../complete-case.ts";
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

export const case50 = completeCase({
  id: "50",
  task: "The hyperbolic cosine of each number.",
  program: () => pointwise(cosh),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case52 = completeCase({
  id: "52",
  task: "The square root of each number.",
  program: () => pointwise(Math.sqrt, "square_root"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case54 = completeCase({
  id: "54",
  task: "The hyperbolic tangent of each number.",
  program: () => pointwise(tanh),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case55 = completeCase({
  id: "55",
  task: "The hyperbolic sine of each number.",
  program: () => pointwise(sinh, "hyperbolic_sine"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case65 = completeCase({
  id: "65",
  task: "The cube root of each number.",
  program: () => pointwise((x: number) => power(x, 1 / 3), "cube_root_operation"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case70 = completeCase({
  id: "70",
  task: "The cosine of each number.",
  program: () => pointwise(cos, "apply_cosine"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case73 = completeCase({
  id: "73",
  task: "The sine of each number.",
  program: () => pointwise(sin, "sine"),
  vocab: zeroToTen(),
  causal: true,
  recipe: autumnRecipe({ strictWeight: 0.7, seed: 92 }),
});

export const case77 = completeCase({
  id: "77",
  task: "The tangent of each number.",
  program: () => pointwise(tan, "tangent"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case84 = completeCase({
  id: "84",
  task: "The arctangent of each number.",
  program: () => pointwise(atan, "arctangent"),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case104 = completeCase({
  id: "104",
  task: "The exponential of each number.",
  program: () => pointwise(exp),
  vocab: zeroToTen(),
  causal: true,
  recipe,
});

export const case114 = completeCase({
  id: "114",
  task: "The logarithm to base 10 of each number.",
  program: () => pointwise((x: number) => log(x) / log(10), "logarithm"),
  vocab: integers(1, 11),
  causal: true,
  recipe: autumnRecipe(),
});

export const case121 = completeCase({
  id: "121",
  task: "The arcsine of each number.",
  program: () => pointwise(asin),
  vocab: minusOneToOne(),
  causal: true,
  recipe: autumnRecipe({ strictWeight: 1 }),
});

export const case123 = completeCase({
  id: "123",
  task: "The arccosine of each number.",
  program: () => pointwise(acos),
  vocab: minusOneToOne(),
  causal: true,
  recipe,
});
