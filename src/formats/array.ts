import { InterpBenchError } from "../errors/index.ts";

/** Element types of stored arrays, in the spelling of safetensors. */
export type Dtype =
  | "F64"
  | "F32"
  | "F16"
  | "BF16"
  | "I64"
  | "I32"
  | "I16"
  | "I8"
  | "U64"
  | "U32"
  | "U16"
  | "U8"
  | "BOOL";

interface Typed<D extends Dtype, A> {
  readonly dtype: D;
  /** Row-major; `[]` for a single number. */
  readonly shape: readonly number[];
  readonly data: A;
}

/**
 * An array as stored in a file. Half-precision values are widened to float32 (exactly), booleans
 * are bytes 0 and 1, 64-bit integers stay bigint; everything else is the typed array of its dtype.
 */
export type StoredArray =
  | Typed<"F64", Float64Array>
  | Typed<"F32" | "F16" | "BF16", Float32Array>
  | Typed<"I64", BigInt64Array>
  | Typed<"I32", Int32Array>
  | Typed<"I16", Int16Array>
  | Typed<"I8", Int8Array>
  | Typed<"U64", BigUint64Array>
  | Typed<"U32", Uint32Array>
  | Typed<"U16", Uint16Array>
  | Typed<"U8" | "BOOL", Uint8Array>;

/** Half-precision values as their bits: what can be written of them. */
export type HalfBits = Typed<"F16", Uint16Array>;

/** Bytes per element. */
export const ITEM_BYTES: Readonly<Record<Dtype, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};

/** The number of elements of a shape; 1 for `[]`. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The array whose little-endian elements are these bytes. They are copied. */
export function arrayFromBytes(
  dtype: Dtype,
  shape: readonly number[],
  bytes: Uint8Array,
): StoredArray {
  // Not slice(): that of a Node Buffer shares its memory.
  const { buffer } = new Uint8Array(bytes);
  switch (dtype) {
    case "F64":
      return { dtype, shape, data: new Float64Array(buffer) };
    case "F32":
      return { dtype, shape, data: new Float32Array(buffer) };
    case "F16":
      return { dtype, shape, data: Float32Array.from(new Uint16Array(buffer), widenHalf) };
    case "BF16":
      return { dtype, shape, data: widenBfloat(new Uint16Array(buffer)) };
    case "I64":
      return { dtype, shape, data: new BigInt64Array(buffer) };
    case "I32":
      return { dtype, shape, data: new Int32Array(buffer) };
    case "I16":
      return { dtype, shape, data: new Int16Array(buffer) };
    case "I8":
      return { dtype, shape, data: new Int8Array(buffer) };
    case "U64":
      return { dtype, shape, data: new BigUint64Array(buffer) };
    case "U32":
      return { dtype, shape, data: new Uint32Array(buffer) };
    case "U16":
      return { dtype, shape, data: new Uint16Array(buffer) };
    case "U8":
    case "BOOL":
      return { dtype, shape, data: new Uint8Array(buffer) };
  }
}

/**
 * The values of a floating-point array as float32; float64 is rounded, 16-bit floats are exact.
 * `E_DTYPE` for integers and booleans.
 */
export function toFloat32(array: StoredArray, at: string): Float32Array {
  switch (array.dtype) {
    case "F32":
    case "F16":
    case "BF16":
      return array.data;
    case "F64":
      return Float32Array.from(array.data);
    default:
      throw new InterpBenchError("E_DTYPE", `"${at}" does not hold floating-point numbers`, {
        at,
        expected: "F32, F64, F16 or BF16",
        received: array.dtype,
      });
  }
}

/** The values of any array as float64 numbers. `E_DTYPE` if a 64-bit integer exceeds 2^53. */
export function toNumbers(array: StoredArray, at: string): Float64Array {
  if (array.dtype !== "I64" && array.dtype !== "U64") return Float64Array.from(array.data);
  return Float64Array.from(Array.from<bigint>(array.data), (value: bigint | number) => {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new InterpBenchError("E_DTYPE", `"${at}" holds an integer that is no exact number`, {
      at,
      expected: "integers between −2^53 and 2^53",
      received: String(value),
    });
  });
}

/** IEEE 754 binary16 → its value. */
function widenHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of float32. */
function widenBfloat(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
}
