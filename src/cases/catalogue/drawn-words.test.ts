import { describe, expect, it } from "vitest";
import { words } from "../vocabulary.ts";
import { manyWords, shortWords, tenWords } from "./drawn-words.ts";

describe("the words of the catalogue", () => {
  it("are those that Python's generator draws", () => {
    expect(shortWords("radar", "-")).toEqual(words({}, "radar", "-"));
    expect(tenWords()).toEqual(words({ minChars: 4, maxWords: 10 }));
    expect(manyWords()).toEqual(words({ minChars: 4, maxWords: 50 }));
  });
});
