import { type Direction, makeDirection } from "../direction.ts";
import { type Entry, linearMap } from "../linear.ts";
import { type Space, span, spanOf } from "../space.ts";
import { type Mlp, ONE } from "./component.ts";

/** A value of a numerical input, and what the output is there: directions with their factors. */
export interface Step {
  readonly at: number;
  readonly image: readonly (readonly [Direction, number])[];
}

/**
 * A function of one number as a staircase: `f(x) = image₀ + Σₖ (imageₖ − imageₖ₋₁)·clamp(1 +
 * L·(x − tₖ), 0, 1)` with the thresholds `tₖ` halfway between neighbouring steps and `L` the
 * exactness. Each clamp is a difference of two neurons, `relu(1 + L(x − t)) − relu(L(x − t))`.
 *
 * The ramps lie below their thresholds and are 1/L wide: steps closer than 2/L come out blurred.
 *
 * @param steps at ascending places, at least one
 */
export function staircase(
  node: string,
  input: Direction,
  output: Space,
  steps: readonly Step[],
  exactness: number,
): Mlp {
  const start = makeDirection(`_hidden_${node}_start`);
  const hidden = [start];
  const fst: Entry[] = [[ONE, start, 1]];
  const snd: Entry[] = steps[0]!.image.map(([to, factor]): Entry => [start, to, factor]);
  for (let k = 1; k < steps.length; k++) {
    const [before, after] = [steps[k - 1]!, steps[k]!];
    const threshold = (before.at + after.at) / 2;
    const lower = makeDirection(`_hidden_${node}_`, [k, 0]);
    const upper = makeDirection(`_hidden_${node}_`, [k, 1]);
    hidden.push(lower, upper);
    fst.push([input, lower, exactness], [ONE, lower, 1 - exactness * threshold]);
    fst.push([input, upper, exactness], [ONE, upper, -exactness * threshold]);
    for (const [neuron, sign] of [[lower, 1] as const, [upper, -1] as const]) {
      for (const [to, factor] of after.image) snd.push([neuron, to, sign * factor]);
      for (const [to, factor] of before.image) snd.push([neuron, to, -sign * factor]);
    }
  }
  const hiddenSpace = spanOf(hidden);
  return Object.freeze({
    nodes: [node],
    fst: linearMap(span(input, ONE), hiddenSpace, fst),
    snd: linearMap(hiddenSpace, output, snd),
  });
}

/** `fstFactor·x + sndFactor·y`, each number split in its positive and negative part. */
export function linearCombination(
  node: string,
  x: Direction,
  y: Direction,
  output: Direction,
  fstFactor: number,
  sndFactor: number,
): Mlp {
  const fst: Entry[] = [];
  const snd: Entry[] = [];
  const hidden: Direction[] = [];
  const operands = [
    { input: x, part: "x", factor: fstFactor },
    { input: y, part: "y", factor: sndFactor },
  ];
  for (const { input, part, factor } of operands) {
    for (const sign of [-1, 1]) {
      const neuron = makeDirection(`_hidden_${node}_${part}`, sign);
      hidden.push(neuron);
      fst.push([input, neuron, sign]);
      snd.push([neuron, output, sign * factor]);
    }
  }
  const hiddenSpace = spanOf(hidden);
  return Object.freeze({
    nodes: [node],
    fst: linearMap(span(x, y), hiddenSpace, fst),
    snd: linearMap(hiddenSpace, span(output), snd),
  });
}
