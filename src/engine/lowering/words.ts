import type { Dimension } from "./view.ts";

/** Dimensions as the kernels read them: their number, then size and strides of each. */
export function wordsOf(dimensions: readonly Dimension[]): number[] {
  const words = [dimensions.length];
  for (const { size, strides } of dimensions) words.push(size, ...strides);
  return words;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** A float32 as the word with its bits. */
export function bitsOf(value: number): number {
  float[0] = value;
  return bits[0]!;
}
