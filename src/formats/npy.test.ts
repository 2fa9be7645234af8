import { readFileSync } from "node:fs";
import { deflateRawSync, crc32 as nodeCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InterpBenchError } from "../errors/index.ts";
import { crc32, decodeNpy, decodeNpz, inflate, readZip, toNumbers } from "./index.ts";

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../test/fixtures/formats/${name}`, import.meta.url)));
const expected: Record<string, { shape: number[]; values: (number | "Infinity")[] }> = JSON.parse(
  new TextDecoder().decode(fixture("npz.json")),
);

function npy(header: string, data: readonly number[] = [], version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = version === 1 ? 2 : 4;
  const bytes = new Uint8Array(8 + length + text.length + data.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  new DataView(bytes.buffer).setUint16(8, text.length, true);
  bytes.set(text, 8 + length);
  bytes.set(data, 8 + length + text.length);
  return bytes;
}
const header = (descr: string, shape: string, order = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

/** An archive of one stored file whose directory gives all numbers in 64 bits only. */
function zip64(name: string, content: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  const put = (value: number, size: 2 | 4 | 8) => {
    for (let i = 0; i < size; i++) bytes.push(Math.floor(value / 256 ** i) % 256);
  };
  const letters = [...new TextEncoder().encode(name)];
  const crc = crc32(content);
  put(0x04034b50, 4);
  for (const field of [45, 0, 0, 0, 0]) put(field, 2);
  for (const field of [crc, 0xffffffff, 0xffffffff]) put(field, 4);
  put(letters.length, 2);
  put(0, 2);
  bytes.push(...letters, ...content);
  const directory = bytes.length;
  put(0x02014b50, 4);
  for (const field of [45, 45, 0, 0, 0, 0]) put(field, 2);
  for (const field of [crc, 0xffffffff, 0xffffffff]) put(field, 4);
  for (const field of [letters.length, 28, 0, 0, 0]) put(field, 2);
  for (const field of [0, 0xffffffff]) put(field, 4);
  bytes.push(...letters);
  put(1, 2);
  put(24, 2);
  for (const field of [content.length, content.length, 0]) put(field, 8);
  const record = bytes.length;
  put(0x06064b50, 4);
  put(44, 8);
  for (const field of [45, 45]) put(field, 2);
  for (const field of [0, 0]) put(field, 4);
  for (const field of [1, 1, record - directory, directory]) put(field, 8);
  put(0x07064b50, 4);
  put(0, 4);
  put(record, 8);
  put(1, 4);
  put(0x06054b50, 4);
  for (const field of [0, 0, 0xffff, 0xffff]) put(field, 2);
  for (const field of [0xffffffff, 0xffffffff]) put(field, 4);
  put(0, 2);
  return Uint8Array.from(bytes);
}

describe("inflate", () => {
  it("undoes deflate at every level", () => {
    const anyData = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 2000, max: 3 }),
      fc.string({ maxLength: 30 }).map((text) => new TextEncoder().encode(text.repeat(200))),
    );
    fc.assert(
      fc.property(anyData, fc.constantFrom(0, 1, 6, 9), (data, level) => {
        expect(inflate(new Uint8Array(deflateRawSync(data, { level })), data.length)).toEqual(data);
      }),
    );
  });

  it("handles matches over the whole window and large inputs", () => {
    const data = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i + (i >> 9)) & 0xff);
    expect(inflate(new Uint8Array(deflateRawSync(data)), data.length)).toEqual(data);
  });

  it("refuses corrupt data instead of crashing", () => {
    expect(() => inflate(new Uint8Array(), 0)).toThrow("they end early");
    expect(() => inflate(Uint8Array.of(0b111), 0)).toThrow("no such kind of block");
    const packed = new Uint8Array(deflateRawSync(new Uint8Array(50)));
    expect(() => inflate(packed, 49)).toThrow("more than 49 bytes");
    expect(() => inflate(packed, 51)).toThrow("they hold 50 bytes, not 51");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(100), (bytes, size) => {
        try {
          inflate(bytes, size);
        } catch (error) {
          expect(error).toBeInstanceOf(InterpBenchError);
        }
      }),
    );
  });
});

describe("readZip", () => {
  it("reads an empty archive", () => {
    const empty = new Uint8Array(22);
    empty.set([0x50, 0x4b, 5, 6]);
    expect(readZip(empty).size).toBe(0);
  });

  it("reads 64-bit sizes and offsets, as PyTorch writes them", () => {
    const content = Uint8Array.of(1, 2, 3);
    const archive = zip64("a/b", content);
    expect(readZip(archive)).toEqual(new Map([["a/b", content]]));
  });

  it("computes CRC-32 like zlib", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        expect(crc32(data)).toBe(nodeCrc32(data));
      }),
    );
  });

  it("refuses other, truncated and damaged archives", () => {
    const bytes = fixture("stored.npz");
    expect(() => readZip(new Uint8Array(100))).toThrow("this is no complete ZIP archive");
    expect(() => readZip(bytes.subarray(0, 200))).toThrow("this is no complete ZIP archive");
    expect(() => readZip(bytes.subarray(50))).toThrow(InterpBenchError);
    const damaged = bytes.slice();
    damaged[180]! ^= 1;
    expect(() => readZip(damaged)).toThrow("its checksum differs");
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const changed = bytes.slice();
        changed[at] = byte;
        try {
          readZip(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(InterpBenchError);
        }
      }),
    );
  });
});

describe("decodeNpz", () => {
  it.each(["stored.npz", "deflated.npz"])("reads the arrays NumPy wrote to %s", (name) => {
    const arrays = decodeNpz(fixture(name));
    expect(arrays.size).toBeGreaterThan(1);
    for (const [key, array] of arrays) {
      const wanted = expected[key]!;
      expect(array.shape, key).toEqual(wanted.shape);
      expect([...toNumbers(array, key)], key).toEqual(wanted.values.map(Number));
    }
  });

  it("keeps dtypes", () => {
    const arrays = decodeNpz(fixture("deflated.npz"));
    const dtypes = Object.fromEntries([...arrays].map(([key, { dtype }]) => [key, dtype]));
    expect(dtypes).toMatchObject({ f4: "F32", f8: "F64", f2: "F16", i8: "I64", bool: "BOOL" });
    expect(arrays.size).toBe(Object.keys(expected).length);
  });
});

describe("decodeNpy", () => {
  it("reads versions 1, 2 and 3", () => {
    for (const version of [1, 2, 3]) {
      const array = decodeNpy(npy(header("|u1", "(2,)"), [7, 8], version));
      expect(array).toEqual({ dtype: "U8", shape: [2], data: Uint8Array.of(7, 8) });
    }
  });

  it.each<[string, Uint8Array, string]>([
    ["an empty file", new Uint8Array(), "this is no NumPy array"],
    [
      "another file",
      new TextEncoder().encode("PK\u0003\u0004 and so on"),
      "this is no NumPy array",
    ],
    ["a newer format", npy(header("|u1", "()"), [1], 9), "this is no NumPy array"],
    ["a cut header", npy(header("|u1", "()"), [1]).subarray(0, 30), "ends inside its header"],
    ["a header without shape", npy("{'descr': '<f4'}    "), "the header is malformed"],
    ["objects", npy(header("|O", "(1,)"), [0]), "the dtype is not supported"],
    ["big-endian data", npy(header(">f4", "(1,)"), [0, 0, 0, 0]), "the dtype is not supported"],
    ["texts", npy(header("<U3", "(1,)"), []), "the dtype is not supported"],
    ["too few data", npy(header("<f4", "(2,)"), [0, 0, 0, 0]), "the data do not fit the shape"],
    ["too many data", npy(header("|u1", "()"), [0, 0]), "the data do not fit the shape"],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => decodeNpy(bytes, "x.npy")).toThrow(message);
  });
});
