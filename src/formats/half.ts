import { InterpBenchError } from "../errors/index.ts";
import type { HalfBits } from "./array.ts";

/** The largest number of IEEE 754 binary16. */
export const LARGEST_HALF = 65_504;

/** The exponent of its smallest normal numbers; smaller ones share their spacing. */
const LEAST_EXPONENT = -14;

/** Bits of its fraction. */
const FRACTION = 10;

const bits = new DataView(new ArrayBuffer(4));

/**
 * The nearest number of IEEE 754 binary16, ties to even, as its bits: below 2⁻¹⁴ a multiple of 2⁻²⁴, else one of
 * 2^(e − 10) for 2^e ≤ |x| < 2^(e+1), so off by at most |x|/2048. `E_NUMBER` for what is no number, and for what
 * rounds to more than 65,504, the largest there is.
 */
export function halfBits(value: number): number {
  bits.setFloat32(0, value);
  const sign = (bits.getUint32(0) >>> 16) & 0x8000;
  const size = Math.abs(value);
  const exponent = Math.max(LEAST_EXPONENT, ((bits.getUint32(0) >>> 23) & 0xff) - 127);
  const steps = roundToEven(size * 2 ** (FRACTION - exponent));
  // A normal number's leading 1 is not stored: it carries into the exponent, as rounding up to a power of two does.
  const encoded = steps + ((exponent - LEAST_EXPONENT) << FRACTION);
  if (encoded < 0x7c00) return sign | encoded;
  throw new InterpBenchError("E_NUMBER", "a number does not fit into half precision", {
    expected: `at most ${LARGEST_HALF} in size`,
    received: String(value),
  });
}

/** Values in half precision, as they are written. */
export function halfArray(shape: readonly number[], values: Float32Array): HalfBits {
  return { dtype: "F16", shape, data: Uint16Array.from(values, halfBits) };
}

function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest > 0.5 ? below + 1 : below;
  return below % 2 === 0 ? below : below + 1;
}
