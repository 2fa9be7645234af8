import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatError } from "../errors/index.ts";
import { canonicalJson, formatJson, plainJson } from "./canonical-json.ts";

describe("plainJson", () => {
  it("writes what is not defined as null, in members and items too", () => {
    expect(plainJson(undefined)).toBe(null);
    expect(plainJson({ a: undefined, b: [Number.NaN, Infinity, -Infinity] })).toEqual({
      a: null,
      b: [null, null, null],
    });
  });

  it("writes typed arrays as arrays", () => {
    expect(plainJson({ w: new Float32Array([0, 0.5]) })).toEqual({ w: [0, 0.5] });
  });

  it("refuses maps, functions and class instances, and says where", () => {
    expect(() => plainJson({ a: [new Map()] })).toThrow("a value cannot be written as JSON");
    try {
      plainJson({ a: [0, new Map()] });
    } catch (error) {
      expect(formatError(error)).toBe(
        "E_JSON: a value cannot be written as JSON (at value.a[1]) — expected null, booleans, finite numbers, strings, and arrays and plain objects of them — received a Map",
      );
    }
    expect(() => plainJson({ f: () => 0 })).toThrow();
    expect(() => plainJson(new Date(0))).toThrow();
    expect(() => plainJson(1n)).toThrow();
  });

  it("formats with two spaces and a final newline", () => {
    expect(formatJson({ a: 1 })).toBe('{\n  "a": 1\n}\n');
  });
});

describe("canonicalJson", () => {
  it("sorts keys at every depth and leaves out undefined members", () => {
    expect(canonicalJson({ b: { d: 1, c: [] }, a: undefined, A: null })).toBe(
      '{"A":null,"b":{"c":[],"d":1}}',
    );
  });

  it("does not tell -0 from 0", () => {
    expect(canonicalJson(-0)).toBe("0");
  });

  it("refuses numbers that JSON cannot tell apart", () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow("cannot be written");
    expect(() => canonicalJson([Infinity])).toThrow("cannot be written");
  });

  it("is the same for any order of keys, and JSON.parse undoes it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const shuffled = reverseKeys(value);
        expect(canonicalJson(shuffled)).toBe(canonicalJson(value));
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
  });
});

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, member]) => [key, reverseKeys(member)]));
}
