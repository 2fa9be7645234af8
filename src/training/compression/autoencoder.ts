import { add, einsum, relu, type Tensor } from "../../engine/index.ts";
import type { Key } from "../../rng/index.ts";

/** The first hidden layer of an autoencoder: wider than its input, or between input and code. */
export const HIDDEN_SHAPES = ["wide", "narrow"] as const;
export type HiddenShape = (typeof HIDDEN_SHAPES)[number];

/** The shape of an autoencoder: `layers` linear maps from input to code, and as many back. */
export interface AutoencoderShape {
  readonly input: number;
  readonly code: number;
  /** At least 1. */
  readonly layers: number;
  readonly firstHidden: HiddenShape;
}

/**
 * The widths of the encoder's layers, input and code included. `narrow` goes down in equal steps; `wide`
 * begins with `2^(b + 1)` for an input of b binary digits (13 → 32) and goes down from there.
 */
export function encoderWidths({ input, code, layers, firstHidden }: AutoencoderShape): number[] {
  const down = (from: number, steps: number) =>
    Array.from({ length: steps }, (_, i) => Math.round(from + ((code - from) * (i + 1)) / steps));
  if (firstHidden === "narrow" || layers === 1) return [input, ...down(input, layers)];
  const hidden = 2 ** (input.toString(2).length + 1);
  return [input, hidden, ...down(hidden, layers - 1)];
}

/** One linear map `x·W + b` of an autoencoder. */
interface Layer {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function layersOf(shape: AutoencoderShape): readonly Layer[] {
  const widths = encoderWidths(shape);
  const chain = (name: string, sizes: readonly number[]): Layer[] =>
    sizes.slice(1).map((to, i) => ({ name: `${name}.${i}`, from: sizes[i]!, to }));
  return [...chain("encoder", widths), ...chain("decoder", widths.toReversed())];
}

/** Names and shapes of its weights, in order: `encoder.0.W [in, out]`, `encoder.0.b [out]`, …. */
export function autoencoderShapes(shape: AutoencoderShape): ReadonlyMap<string, readonly number[]> {
  return new Map(
    layersOf(shape).flatMap(({ name, from, to }) => [
      [`${name}.W`, [from, to]],
      [`${name}.b`, [to]],
    ]),
  );
}

/** Fresh weights, uniform in ±1/√inputs, in the order of {@link autoencoderShapes}. */
export function initialAutoencoder(shape: AutoencoderShape, key: Key): number[] {
  return layersOf(shape).flatMap(({ name, from, to }) =>
    Array.from(key.fold(name).uniform(from * to + to), (unit) => (2 * unit - 1) / Math.sqrt(from)),
  );
}

/** An autoencoder as graph. */
export interface Autoencoder {
  /** `[pos, input]` → `[pos, code]`. */
  encode(x: Tensor): Tensor;
  /** `[pos, code]` → `[pos, input]`. */
  decode(x: Tensor): Tensor;
}

/** The autoencoder with these weights: ReLU between its layers, and none at the ends. */
export function autoencoder(
  shape: AutoencoderShape,
  weights: ReadonlyMap<string, Tensor>,
): Autoencoder {
  const run = (name: string) => (x: Tensor) => {
    let value = x;
    for (let i = 0; i < shape.layers; i++) {
      const [W, b] = [weights.get(`${name}.${i}.W`)!, weights.get(`${name}.${i}.b`)!];
      value = add(einsum("pi,ij->pj", i === 0 ? value : relu(value), W), b);
    }
    return value;
  };
  return { encode: run("encoder"), decode: run("decoder") };
}
