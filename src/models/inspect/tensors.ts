import type { Dtype, StoredArray } from "../../formats/index.ts";
import { plainNumber } from "../plain-value.ts";

/** What there is to tell of an array without showing its elements. */
export interface TensorFacts {
  readonly name: string;
  /** As NumPy and PyTorch call it: `float32`, `bool`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Σ x; what JSON has no number for is a text: `nan`, `inf`, `-inf`. */
  readonly sum: number | string;
  /** Σ x², likewise. */
  readonly sumOfSquares: number | string;
}

const NAMES: Readonly<Record<Dtype, string>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U64: "uint64",
  U32: "uint32",
  U16: "uint16",
  U8: "uint8",
  BOOL: "bool",
};

/** The facts of arrays, in their order. Sums are in double precision; 64-bit integers are rounded to it. */
export function tensorFacts(arrays: ReadonlyMap<string, StoredArray>): TensorFacts[] {
  return [...arrays].map(([name, { dtype, shape, data }]) => {
    let [sum, squares] = [0, 0];
    for (const element of data) {
      const x = Number(element);
      sum += x;
      squares += x * x;
    }
    const [total, ofSquares] = [sum, squares].map(plainNumber) as [
      number | string,
      number | string,
    ];
    return { name, dtype: NAMES[dtype], shape, sum: total, sumOfSquares: ofSquares };
  });
}
