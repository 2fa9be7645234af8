import { describe, expect, it } from "vitest";
import {
  formatError,
  InterpBenchError,
  nearestNames,
  printable,
  truncate,
  unknownNameError,
} from "./index.ts";

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

describe("texts of any length", () => {
  const long = "🙂".repeat(1_000_000);

  it("are cut in every part of an error", () => {
    const parts = { at: long, expected: long, received: long, hint: long };
    const { message, at, expected, received, hint } = new InterpBenchError("E_SHAPE", long, parts);
    for (const text of [message, at, expected, received, hint]) {
      expect(text).toBe(`${"🙂".repeat(499)}… (2000000 characters)`);
    }
    expect(new InterpBenchError("E_SHAPE", "x".repeat(1000)).message).toHaveLength(1000);
    expect(formatError(new TypeError(long)).length).toBeLessThan(1100);
  });

  it("are cut without halves of pairs", () => {
    expect(truncate("abc", 3)).toBe("abc");
    expect(truncate("abcd", 3)).toBe("ab…");
    expect(truncate("a🙂b", 3)).toBe("a…");
  });

  it("are not compared with each other for ever", () => {
    const candidates = Array.from({ length: 2000 }, (_, i) => `${"b".repeat(20_000)}${i}`);
    expect(nearestNames("a".repeat(20_000), candidates)).toEqual([]);
    expect(nearestNames("a".repeat(1_000_000), ["hook_embed"])).toEqual([]);
    expect(nearestNames(`${candidates[0]}x`.slice(-2000), [candidates[0]!.slice(-1999)])).toEqual([
      candidates[0]!.slice(-1999),
    ]);
  });
});

describe("printable", () => {
  it("leaves text alone in all languages", () => {
    const text = "blocks.0.attn → 各層 Ünïcode שלום 🙂 é";
    expect(printable(text)).toBe(text);
  });

  it("escapes what a terminal or a page would act on", () => {
    expect(printable("a\u001b[31mb\u009b2J\u0007\u0000\u007f")).toBe(
      "a\\x1b[31mb\\x9b2J\\x07\\x00\\x7f",
    );
    expect(printable("a\nb\r\tc")).toBe("a\\nb\\r\\tc");
    expect(printable("\u202egnp.exe\u2066\u200b\u2028\ufeff")).toBe(
      "\\u{202e}gnp.exe\\u{2066}\\u{200b}\\u{2028}\\u{feff}",
    );
    expect(printable("\ud800x\u{e0041}\ufffe")).toBe("\\u{d800}x\\u{e0041}\\u{fffe}");
  });

  it("is what errors are printed with", () => {
    const error = new InterpBenchError("E_SHAPE", "bad \u001b]0;x\u0007", { at: "a\nb" });
    expect(formatError(error)).toBe("E_SHAPE: bad \\x1b]0;x\\x07 (at a\\nb)");
    expect(formatError(new InterpBenchError("E_SHAPE", "two:\n  a\r\n  b"))).toBe(
      "E_SHAPE: two:\n  a\\r\n  b",
    );
    expect(formatError(new Error("\u001b[2J"))).toBe("Error: \\x1b[2J");
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
