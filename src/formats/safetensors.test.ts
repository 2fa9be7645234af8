import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InterpBenchError } from "../errors/index.ts";
import { halfArray } from "./half.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredArray,
  toFloat32,
  toNumbers,
} from "./index.ts";

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../test/fixtures/formats/${name}`, import.meta.url)));
const values: { half: string[]; brain: number[]; f32: number[]; f64: number[] } = JSON.parse(
  new TextDecoder().decode(fixture("values.json")),
);

/** A file with the given header, and `size` zero bytes of data. */
function fileWith(header: unknown, size = 0, padding = ""): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text + padding);
  const bytes = new Uint8Array(8 + json.length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const entry = (dtype: unknown, shape: unknown, offsets: unknown) => ({
  dtype,
  shape,
  data_offsets: offsets,
});

describe("safetensors", () => {
  it("may come in a Node Buffer", () => {
    const array: StoredArray = { dtype: "F32", shape: [2], data: Float32Array.of(1.5, -2) };
    const bytes = Buffer.from(encodeSafetensors(new Map([["w", array]])));
    expect(decodeSafetensors(bytes).tensors.get("w")).toEqual(array);
  });

  it("hold nothing in a file of 16 bytes", () => {
    const bytes = encodeSafetensors(new Map());
    expect(bytes).toHaveLength(16);
    expect(decodeSafetensors(bytes)).toEqual({ tensors: new Map(), metadata: new Map() });
  });

  it("read all dtypes of a file of the reference implementation", () => {
    const { tensors, metadata } = decodeSafetensors(fixture("reference.safetensors"));
    expect(metadata).toEqual(new Map([["format", "pt"]]));
    expect(tensors.get("b.f32")).toEqual({
      dtype: "F32",
      shape: [2, 3],
      data: Float32Array.from(values.f32),
    });
    expect(tensors.get("f64")?.data).toEqual(Float64Array.from(values.f64));
    expect(tensors.get("a.f32")).toEqual({
      dtype: "F32",
      shape: [],
      data: Float32Array.of(-Infinity),
    });
    expect(tensors.get("i64")?.data).toEqual(BigInt64Array.of(-1n, 2n ** 40n));
    expect(tensors.get("i32")).toEqual({ dtype: "I32", shape: [2, 1], data: Int32Array.of(-5, 7) });
    expect(tensors.get("bool")).toEqual({
      dtype: "BOOL",
      shape: [2, 2],
      data: Uint8Array.of(1, 0, 1, 1),
    });
    expect(tensors.get("empty")).toEqual({ dtype: "F32", shape: [0, 3], data: new Float32Array() });
    expect(tensors.get("u64")?.data).toEqual(BigUint64Array.of(2n ** 63n));
    expect(tensors.get("u32")?.data).toEqual(Uint32Array.of(2 ** 32 - 1));
    expect(tensors.get("u16")?.data).toEqual(Uint16Array.of(65535));
    expect(tensors.get("i16")?.data).toEqual(Int16Array.of(-300));
    expect(tensors.get("i8")?.data).toEqual(Int8Array.of(-128));
    expect(tensors.get("u8")?.data).toEqual(Uint8Array.of(0, 255));
    expect(tensors.get("é")?.data).toEqual(Float32Array.of(1.5));
  });

  it("write byte for byte what the reference implementation writes", () => {
    const bytes = fixture("reference.safetensors");
    const { tensors, metadata } = decodeSafetensors(bytes);
    expect(encodeSafetensors(tensors, metadata)).toEqual(bytes);
    const reversed = new Map([...tensors].reverse());
    expect(encodeSafetensors(reversed, metadata)).toEqual(bytes);
  });

  it("read 16-bit floats exactly", () => {
    const { tensors } = decodeSafetensors(fixture("half.safetensors"));
    expect([...tensors.get("half")!.data]).toEqual(
      values.half.map((text) => Number(text.replace("inf", "Infinity"))),
    );
    expect([...tensors.get("brain")!.data]).toEqual(values.brain);
  });

  it("write halves as they were", () => {
    const { data } = halfArray([4], Float32Array.of(1, -0.5, 65_504, 2 ** -24));
    const bytes = encodeSafetensors(new Map([["half", { dtype: "F16", shape: [2, 2], data }]]));
    expect(decodeSafetensors(bytes).tensors.get("half")).toEqual({
      dtype: "F16",
      shape: [2, 2],
      data: Float32Array.of(1, -0.5, 65_504, 2 ** -24),
    });
  });

  const anyArray: fc.Arbitrary<StoredArray> = fc
    .tuple(fc.array(fc.nat(3), { maxLength: 3 }), fc.constantFrom("F32", "F64", "I32", "BOOL"))
    .chain(([shape, dtype]): fc.Arbitrary<StoredArray> => {
      const length = shape.reduce((a, b) => a * b, 1);
      const size = { minLength: length, maxLength: length };
      switch (dtype) {
        case "F32":
          return fc.float32Array(size).map((data) => ({ dtype: "F32" as const, shape, data }));
        case "F64":
          return fc.float64Array(size).map((data) => ({ dtype: "F64" as const, shape, data }));
        case "I32":
          return fc.int32Array(size).map((data) => ({ dtype: "I32" as const, shape, data }));
        default:
          return fc
            .uint8Array({ ...size, max: 1 })
            .map((data) => ({ dtype: "BOOL" as const, shape, data }));
      }
    });
  const anyName = fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__");

  it("give back what was written, from any offset of a buffer", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyName, anyArray), { maxLength: 5 }),
        fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 }),
        fc.nat(9),
        (arrays, texts, shift) => {
          const tensors = new Map(arrays);
          const metadata = new Map(texts);
          const bytes = encodeSafetensors(tensors, metadata);
          const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
          shifted.set(bytes);
          const read = decodeSafetensors(shifted);
          expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()));
          expect(new Map([...read.metadata].sort())).toEqual(new Map([...metadata].sort()));
          expect(encodeSafetensors(read.tensors, read.metadata)).toEqual(bytes);
        },
      ),
    );
  });

  it("start their data at a multiple of eight bytes", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const bytes = encodeSafetensors(
          new Map([[name, { dtype: "F64", shape: [1], data: Float64Array.of(1) }]]),
        );
        expect(bytes.length % 8).toBe(0);
      }),
    );
  });

  const good = entry("F32", [1], [0, 4]);
  it.each<[string, Uint8Array, string]>([
    ["an empty file", new Uint8Array(), "this is no safetensors file"],
    ["three bytes", Uint8Array.of(1, 2, 3), "this is no safetensors file"],
    ["an HTML page", new TextEncoder().encode("<!DOCTYPE html>"), "this is no safetensors file"],
    [
      "a header longer than the file",
      fileWith({}).subarray(0, 9),
      "the file ends inside its header",
    ],
    ["a header that is no JSON", fileWith("{oops}"), "the header is no JSON text"],
    [
      "a header that is no UTF-8",
      fileWith("{}").map((b, i) => (i === 8 ? 0xff : b)),
      "no JSON text",
    ],
    ["a header that is a list", fileWith([]), "the header is no JSON object"],
    ["metadata that are no texts", fileWith({ __metadata__: { a: 1 } }), "metadata are malformed"],
    ["an entry that is no object", fileWith({ w: 3 }), "entry is no object"],
    ["an unknown key", fileWith({ w: { ...good, extra: 1 } }, 4), "unknown key"],
    [
      "an unknown dtype",
      fileWith({ w: entry("F8_E4M3", [1], [0, 1]) }, 1),
      "dtype is not supported",
    ],
    ["a dtype that is a method name", fileWith({ w: entry("toString", [], [0, 1]) }, 1), "dtype"],
    ["a missing shape", fileWith({ w: entry("F32", undefined, [0, 4]) }, 4), "shape is malformed"],
    ["a negative size", fileWith({ w: entry("F32", [-1], [0, 4]) }, 4), "shape is malformed"],
    ["a fractional size", fileWith({ w: entry("F32", [0.5], [0, 4]) }, 4), "shape is malformed"],
    ["missing offsets", fileWith({ w: entry("F32", [1], [0]) }, 4), "data_offsets are malformed"],
    [
      "reversed offsets",
      fileWith({ w: entry("F32", [1], [4, 0]) }, 4),
      "data_offsets are malformed",
    ],
    [
      "too few data",
      fileWith({ w: entry("F32", [2], [0, 4]) }, 4),
      "the data do not fit the shape",
    ],
    [
      "overlapping tensors",
      fileWith({ a: entry("F32", [2], [0, 8]), b: entry("F32", [1], [4, 8]) }, 8),
      "the data of two tensors overlap",
    ],
    [
      "a gap",
      fileWith({ a: entry("F32", [1], [0, 4]), b: entry("F32", [1], [8, 12]) }, 12),
      "the data of two tensors leave a gap",
    ],
    ["truncated data", fileWith({ w: good }, 3), "the file is truncated"],
    ["bytes after the data", fileWith({ w: good }, 5), "bytes follow the last tensor"],
    [
      "a name twice",
      fileWith(`{"w":${JSON.stringify(good)},"w":${JSON.stringify(entry("F32", [1], [4, 8]))}}`, 8),
      "two tensors have one name",
    ],
  ])("refuse %s", (_, bytes, message) => {
    let error: unknown;
    try {
      decodeSafetensors(bytes, "model.safetensors");
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(InterpBenchError);
    const { code, message: text, at, expected } = error as InterpBenchError;
    expect(code).toBe("E_SAFETENSORS");
    expect(text).toContain(message);
    expect(at).toContain("model.safetensors");
    expect(expected).toBeDefined();
  });

  it("never crash otherwise: every damaged file is refused or read", () => {
    const bytes = fixture("reference.safetensors");
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, byte, end) => {
        const damaged = bytes.slice(0, end);
        if (at < end) damaged[at] = byte;
        try {
          decodeSafetensors(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(InterpBenchError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("come in the order of their data, whatever they are called", () => {
    const header = {
      b: entry("U8", [1], [0, 1]),
      "1": entry("U8", [1], [1, 2]),
      "0": entry("U8", [1], [2, 3]),
    };
    expect([...decodeSafetensors(fileWith(header, 3)).tensors.keys()]).toEqual(["b", "1", "0"]);
  });

  it("have distinct names, however these are written", () => {
    const twice = (one: string, other: string) =>
      fileWith(
        `{"${one}": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}, "c": {"dtype": "U8", "shape": [0], "data_offsets": [4, 4]},
        "${other}" : {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}`,
        4,
      );
    for (const [one, other] of [
      ["a", "a"],
      ["a", "\\u0061"],
      ['q\\"{', 'q\\"{'],
    ] as const) {
      expect(() => decodeSafetensors(twice(one, other))).toThrow(
        expect.objectContaining({ code: "E_SAFETENSORS", message: "two tensors have one name" }),
      );
    }
    expect(() => decodeSafetensors(twice("a", "b"))).toThrow("the data of two tensors overlap");
  });

  it("name the kind of a foreign file", () => {
    const received = (bytes: Uint8Array) => {
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        return (error as InterpBenchError).received;
      }
      return undefined;
    };
    const text = (value: string) => new TextEncoder().encode(value);
    expect(received(Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0))).toContain("ZIP archive");
    expect(received(text("version https://git-lfs.github.com/spec/v1"))).toContain("Git LFS");
    expect(received(Uint8Array.of(0x80, 4, 0x95, 1, 1, 1, 1, 1, 1))).toContain("pickle");
    expect(received(text('{"a": 1234567}'))).toContain("JSON");
  });

  it("refuse to write what they cannot hold", () => {
    const one = Float32Array.of(1);
    const write = (name: string, array: StoredArray) => () =>
      encodeSafetensors(new Map([[name, array]]));
    expect(write("w", { dtype: "F32", shape: [2], data: one })).toThrow("do not fill the shape");
    for (const dtype of ["F16", "BF16"] as const) {
      expect(write("w", { dtype, shape: [1], data: one })).toThrow("16-bit floats");
    }
    expect(write("__metadata__", { dtype: "F32", shape: [1], data: one })).toThrow("__metadata__");
  });
});

describe("toFloat32 and toNumbers", () => {
  it("convert what is exact enough and refuse the rest", () => {
    const f64: StoredArray = { dtype: "F64", shape: [1], data: Float64Array.of(0.1) };
    expect([...toFloat32(f64, "w")]).toEqual([Math.fround(0.1)]);
    const i64: StoredArray = { dtype: "I64", shape: [1], data: BigInt64Array.of(-3n) };
    expect([...toNumbers(i64, "w")]).toEqual([-3]);
    expect(() => toFloat32(i64, "w")).toThrow('"w" does not hold floating-point numbers');
    const huge: StoredArray = { dtype: "U64", shape: [1], data: BigUint64Array.of(2n ** 60n) };
    expect(() => toNumbers(huge, "w")).toThrow("no exact number");
  });
});
