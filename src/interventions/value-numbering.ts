import type { Values } from "../engine/index.ts";

/** Most values to remember, in numbers (128 MB). */
const BUDGET = 2 ** 24;

/** Numbers lists of values: equal ones alike, from 0 on in the order in which they first come. */
export type ValueNumbering = (values: Values) => number;

/**
 * Starts numbering lists of values, which are equal bit for bit or not at all. Beyond `budget` numbers
 * in remembered lists a new one is not remembered: its like gets another number.
 */
export function valueNumbering(budget = BUDGET): ValueNumbering {
  const alike = new Map<number, { readonly number: number; readonly values: Float64Array }[]>();
  const hashed = new Float64Array(1);
  const [low, high] = [new Int32Array(hashed.buffer, 0, 1), new Int32Array(hashed.buffer, 4, 1)];
  let count = 0;
  let remembered = 0;
  const hash = (values: Values): number => {
    let sum = values.length;
    for (const value of values) {
      hashed[0] = value;
      sum = Math.imul(sum ^ low[0]!, 0x85ebca6b);
      sum = Math.imul(sum ^ (sum >>> 13) ^ high[0]!, 0xc2b2ae35);
      sum ^= sum >>> 16;
    }
    return sum;
  };
  return (values) => {
    const key = hash(values);
    const candidates = alike.get(key);
    const known = candidates?.find(
      (candidate) =>
        candidate.values.length === values.length &&
        candidate.values.every((value, i) => Object.is(value, values[i])),
    );
    if (known !== undefined) return known.number;
    const number = count++;
    if (remembered + values.length > budget) return number;
    remembered += values.length;
    const entry = { number, values: Float64Array.from(values) };
    if (candidates === undefined) alike.set(key, [entry]);
    else candidates.push(entry);
    return number;
  };
}
