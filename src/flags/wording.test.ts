import { describe, expect, it } from "vitest";
import { formatError, InterpBenchError } from "../errors/index.ts";
import { UsageError } from "./usage.ts";
import { inFlags, withFlags } from "./wording.ts";

const flags = ["seed", "dModel", "recipe", "earlyStop"].map((key) => ({ key }));

describe("withFlags", () => {
  it.each([
    ["", ""],
    ["Try another `seed` or a larger `dModel`.", "Try another --seed or a larger --d-model."],
    ["Try `recipe: fast`.", "Try --recipe fast."],
    ["`earlyStop: false` or `earlyStop: true`", "--no-early-stop or --early-stop"],
    ["Run `npm run build` in `seeds`, or `backend: wasm`.", undefined],
  ])("%s", (text, wanted = text) => {
    expect(withFlags(text, flags)).toBe(wanted);
  });
});

describe("inFlags", () => {
  it("words the hints of the library, and keeps all else that errors tell", () => {
    const details = { expected: "x", received: "y", at: "z", cause: 5 };
    const error = new InterpBenchError("E_MODEL", "no", { ...details, hint: "Set `seed`." });
    const worded = inFlags(error, flags);
    expect(formatError(worded)).toBe("E_MODEL: no (at z) — expected x — received y. Set --seed.");
    expect(worded.cause).toBe(5);
  });

  it("leaves alone what has no hint, is said by the command line, or is no error of ours", () => {
    const plain = new InterpBenchError("E_MODEL", "no");
    const usage = new UsageError("E_FLAG", "no", { hint: "`seed`" });
    for (const error of [plain, usage, new Error("`seed`"), 3]) {
      expect(inFlags(error, flags)).toBe(error);
    }
  });
});
