import type { RaspValue } from "../../rasp/index.ts";
import { type Direction, directionKey, makeDirection } from "../direction.ts";
import { type Entry, linearMap } from "../linear.ts";
import { type Space, span, spanOf } from "../space.ts";
import { type Mlp, ONE } from "./component.ts";

/** The direction of a value in the categorical output space of a node; none for `null`. */
export function directionOf(output: Space, node: string, value: RaspValue): Direction | undefined {
  if (value === null) return undefined;
  const position = output.index.get(directionKey(node, value));
  return position === undefined ? undefined : output.directions[position];
}

/**
 * Categorical → categorical: the hidden space is the output space, each input direction goes to
 * the direction of its image.
 *
 * @param images the value of each input direction `[input]`
 */
export function categoricalMap(
  node: string,
  input: Space,
  output: Space,
  images: readonly RaspValue[],
): Mlp {
  const fst = input.directions.flatMap((from, i): Entry[] => {
    const to = directionOf(output, node, images[i]!);
    return to === undefined ? [] : [[from, to, 1]];
  });
  const snd = output.directions.map((direction): Entry => [direction, direction, 1]);
  return Object.freeze({
    nodes: [node],
    fst: linearMap(input, output, fst),
    snd: linearMap(output, output, snd),
  });
}

/**
 * Categorical → categorical: every value is kept, and where there is none (the zero vector) the
 * fallback is written: `relu(1 − Σ values)` to its direction. BOS has no value, and no fallback.
 */
export function categoricalOrElse(
  node: string,
  input: Space,
  output: Space,
  bos: Direction,
  fallback: RaspValue,
): Mlp {
  const filled = directionOf(output, node, fallback)!;
  const fst: Entry[] = [
    [ONE, filled, 1],
    [bos, filled, -1],
  ];
  for (const from of input.directions) {
    fst.push([from, directionOf(output, node, from.value)!, 1], [from, filled, -1]);
  }
  const snd = output.directions.map((direction): Entry => [direction, direction, 1]);
  return Object.freeze({
    nodes: [node],
    fst: linearMap(span(input, bos, ONE), output, fst),
    snd: linearMap(output, output, snd),
  });
}

/**
 * Categorical → numerical: each input direction adds its number to the one output direction.
 * The ReLU in between clips negative numbers to 0.
 *
 * @param images the number of each input direction `[input]`
 */
export function categoricalToNumericalMap(
  node: string,
  input: Space,
  output: Space,
  images: readonly number[],
): Mlp {
  const [number] = output.directions as [Direction];
  const fst = input.directions.map((from, i): Entry => [from, number, images[i]!]);
  return Object.freeze({
    nodes: [node],
    fst: linearMap(input, output, fst),
    snd: linearMap(output, output, [[number, number, 1]]),
  });
}

/**
 * Two categorical inputs → categorical: one neuron per pair of values, `relu(x + y − 1)`, which is
 * 1 where both are present.
 *
 * @param images the value of each pair of input directions, row-major `[fst, snd]`
 */
export function categoricalSequenceMap(
  node: string,
  fstInput: Space,
  sndInput: Space,
  output: Space,
  images: readonly RaspValue[],
): Mlp {
  const fst: Entry[] = [];
  const snd: Entry[] = [];
  const hidden: Direction[] = [];
  let pair = 0;
  for (const x of fstInput.directions) {
    for (const y of sndInput.directions) {
      const neuron = makeDirection(`_hidden_${node}_`, [x.name, x.value, y.name, y.value]);
      hidden.push(neuron);
      fst.push([x, neuron, 1], [y, neuron, 1], [ONE, neuron, -1]);
      const to = directionOf(output, node, images[pair++]!);
      if (to !== undefined) snd.push([neuron, to, 1]);
    }
  }
  const hiddenSpace = spanOf(hidden);
  return Object.freeze({
    nodes: [node],
    fst: linearMap(span(fstInput, sndInput, ONE), hiddenSpace, fst),
    snd: linearMap(hiddenSpace, output, snd),
  });
}
