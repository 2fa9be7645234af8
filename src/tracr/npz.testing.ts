import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

/** An array of a NumPy archive, row-major. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** The arrays of a `.npz` file of `float32`, `float64` or `int64`, by name. */
export function readNpz(path: string): ReadonlyMap<string, StoredArray> {
  const file = readFileSync(path);
  const arrays = new Map<string, StoredArray>();
  const end = file.lastIndexOf("PK\u0005\u0006", undefined, "latin1");
  let at = file.readUInt32LE(end + 16); // the central directory
  for (let i = 0; i < file.readUInt16LE(end + 10); i++) {
    const nameLength = file.readUInt16LE(at + 28);
    const name = file.toString("utf8", at + 46, at + 46 + nameLength);
    const local = file.readUInt32LE(at + 42);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const bytes = file.subarray(start, start + file.readUInt32LE(at + 20));
    const isPacked = file.readUInt16LE(at + 10) === 8;
    arrays.set(name.replace(/\.npy$/, ""), readNpy(isPacked ? inflateRawSync(bytes) : bytes));
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return arrays;
}

function readNpy(bytes: Buffer): StoredArray {
  const headerEnd = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, headerEnd);
  const type = /'descr': '<(\w+)'/.exec(header)![1]!;
  const shape = /'shape': \(([^)]*)\)/.exec(header)![1]!.match(/\d+/g)?.map(Number) ?? [];
  const read: Record<string, (at: number) => number> = {
    f4: (i) => bytes.readFloatLE(headerEnd + 4 * i),
    f8: (i) => bytes.readDoubleLE(headerEnd + 8 * i),
    i8: (i) => Number(bytes.readBigInt64LE(headerEnd + 8 * i)),
  };
  const length = shape.reduce((size, n) => size * n, 1);
  return { shape, data: Array.from({ length }, (_, i) => read[type]!(i)) };
}
