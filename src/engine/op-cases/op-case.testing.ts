import type { Shape, Tensor } from "../index.ts";

/** How a test draws the values of an input. */
export interface CaseInput {
  readonly shape: Shape;
  /** `sample` inputs differ per sequence; `shared` ones are parameters. */
  readonly extent: "sample" | "shared";
  /** Uniform in this interval (default −2…2), or whole numbers below `ids`. */
  readonly between?: readonly [number, number];
  readonly ids?: number;
}

/** One operation on inputs of given shapes: run on every backend, forward and gradient. */
export interface OpCase {
  readonly name: string;
  readonly inputs: readonly CaseInput[];
  readonly build: (inputs: readonly Tensor[]) => Tensor;
  /** Kinks and constants: compare the gradients of backends only, not with differences. */
  readonly smooth?: boolean;
}

/** An input that differs per sequence. */
export const s = (...shape: number[]): CaseInput => ({ shape, extent: "sample" });
/** A parameter. */
export const p = (...shape: number[]): CaseInput => ({ shape, extent: "shared" });
/** The same input with positive values. */
export const positive = (input: CaseInput): CaseInput => ({ ...input, between: [0.3, 3] });
/** Whole numbers below `count`, per sequence. */
export const ids = (count: number, ...shape: number[]): CaseInput => ({
  shape,
  extent: "sample",
  ids: count,
});
