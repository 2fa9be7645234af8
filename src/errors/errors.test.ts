import { describe, expect, it } from "vitest";
import { formatError, InterpBenchError, nearestNames, unknownNameError } from "./index.ts";

describe("nearestNames", () => {
  it("finds nothing among no candidates", () => {
    expect(nearestNames("x", [])).toEqual([]);
  });

  it("puts the closest name first and drops the far ones", () => {
    expect(nearestNames("hook_reslt", ["hook_embed", "hook_result", "zzzzzzzzzzzz"])[0]).toBe(
      "hook_result",
    );
    expect(nearestNames("hook_reslt", ["zzzzzzzzzzzz"])).toEqual([]);
  });

  it("counts a transposition as one edit and ignores case", () => {
    expect(nearestNames("ACDC", ["acdc", "eap"], 1)).toEqual(["acdc"]);
    expect(nearestNames("acdc", ["cadc", "xxdc"], 1)).toEqual(["cadc"]);
  });
});

describe("formatError", () => {
  it("prints code, message, place, expectation, reception and hint", () => {
    const error = new InterpBenchError("E_SHAPE", "shapes differ", {
      at: "W_Q",
      expected: "[4, 12, 3]",
      received: "[4, 12]",
      hint: "Add the head axis.",
    });
    expect(formatError(error)).toBe(
      "E_SHAPE: shapes differ (at W_Q) — expected [4, 12, 3] — received [4, 12]. Add the head axis.",
    );
  });

  it("names unknown things with a suggestion", () => {
    expect(formatError(unknownNameError("E_CASE", "case", "33x", ["3", "33", "4"]))).toBe(
      'E_CASE: no case "33x". Did you mean "33"?',
    );
    expect(formatError(unknownNameError("E_CASE", "case", "zzzzzzzz", ["3", "4"]))).toBe(
      'E_CASE: no case "zzzzzzzz". Known: "3", "4".',
    );
  });
});
