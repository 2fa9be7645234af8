import type { Dimension } from "./view.ts";

/** Dimensions as the kernels read them: their number, then size and strides of each. */
export const wordsOf = (dimensions: readonly Dimension[]): number[] => [
  dimensions.length,
  ...dimensions.flatMap(({ size, strides }) => [size, ...strides]),
];

/** A float32 as the word with its bits. */
export const bitsOf = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0]!;
