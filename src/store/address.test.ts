import { describe, expect, it } from "vitest";
import { type AddressInput, addressOf } from "./address.ts";

const input: AddressInput = { kind: "acdc", case: "3", config: { threshold: 0.025, seed: 1234 } };

describe("addressOf", () => {
  it("is twelve hex digits and does not depend on the order of keys", () => {
    expect(addressOf(input)).toMatch(/^[0-9a-f]{12}$/);
    expect(addressOf({ ...input, config: { seed: 1234, threshold: 0.025 } })).toBe(
      addressOf(input),
    );
  });

  it("never changes for a given input: results are found again by later releases", () => {
    expect(addressOf(input)).toBe("b32c4398f07a");
  });

  it("depends on kind, case, config and backend, and on its variant", () => {
    const others = [
      { ...input, kind: "eap" },
      { ...input, case: "4" },
      { ...input, config: { threshold: 0.025, seed: 1 } },
      { ...input, backend: { name: "wasm", variant: "relaxed" } },
      { ...input, backend: { name: "wasm", variant: "simd" } },
      { ...input, backend: { name: "native", variant: "relaxed" } },
    ];
    expect(new Set([input, ...others].map(addressOf)).size).toBe(7);
    expect(addressOf({ ...input, backend: undefined })).toBe(addressOf(input));
  });

  it("refuses names that are no folders", () => {
    for (const name of ["", "..", "a/b", "-x", "a b", "x."]) {
      expect(() => addressOf({ ...input, case: name })).toThrow(
        expect.objectContaining({ code: "E_NAME" }),
      );
    }
  });
});
