import { describe, expect, it } from "vitest";
import type { SOp } from "./index.ts";
import {
  and,
  eq,
  functionText,
  lt,
  map,
  not,
  type RaspValue,
  sub,
  tokens,
  withText,
} from "./index.ts";

const textOf = (sop: SOp) =>
  sop.kind === "map" || sop.kind === "sequenceMap" ? functionText(sop.f) : "";

describe("the text of a function", () => {
  it("is its source in one line, or its name if it has one", () => {
    function double(x: number): number {
      return 2 * x;
    }
    expect(functionText(() => 1)).toBe("() => 1");
    expect(functionText(double)).toBe("double(x)");
    expect(functionText(Math.max)).toBe("max(x, y)");
    expect(functionText(Math.sqrt)).toBe("sqrt(x)");
  });

  it("is what it was given, where the source says too little", () => {
    const step = 2;
    const next = withText((x: number) => x + step, "x + 2");
    expect([functionText(next), next(1)]).toEqual(["x + 2", 3]);
  });

  it("names the constants of operators", () => {
    expect(textOf(eq(tokens, "a"))).toBe('x = "a"');
    expect(textOf(lt(2, tokens))).toBe("2 < x");
    expect(textOf(sub(tokens, tokens))).toBe("x − y");
    expect(textOf(and(tokens, true))).toBe("x and True");
  });

  it("tells both functions of a map of a map", () => {
    expect(textOf(not(eq(tokens, "a")))).toBe('x = "a", of that not x');
    const twice = map(
      (x: RaspValue) => x,
      map((x: RaspValue) => x, tokens),
    );
    expect(textOf(twice)).toBe("(x) => x, of that (x) => x");
  });
});
