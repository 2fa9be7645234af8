import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ERROR_CODES, WARNING_CODES } from "../src/errors/index.ts";
import { ERRORS_PAGE, errorsPage } from "../tools/errors-page.ts";

const src = fileURLToPath(new URL("../src", import.meta.url));

/** The codes that the sources name, apart from the list itself and from tests. */
function usedCodes(): Set<string> {
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter(
    (file) => /(?<!\.test|\.testing)\.ts$/.test(file) && !/errors[\\/]codes\.ts$/.test(file),
  );
  const text = files.map((file) => readFileSync(join(src, file), "utf8")).join("\n");
  return new Set(
    [...text.matchAll(/"(E_[A-Z_]*[A-Z]|W_(?:TRACR|CASE)_[A-Z]+)"/g)].map((m) => m[1]!),
  );
}

describe("docs/errors.md", () => {
  it("is made of the list of codes", () => {
    expect(readFileSync(ERRORS_PAGE, "utf8"), "npm run build:errors").toBe(errorsPage());
  });

  it("has every code that occurs, and no other", () => {
    const listed = [...Object.keys(ERROR_CODES), ...Object.keys(WARNING_CODES)];
    expect(listed.toSorted()).toEqual([...usedCodes()].toSorted());
  });

  it("lists codes in order, each with sentences of when it comes and what to do", () => {
    for (const codes of [ERROR_CODES, WARNING_CODES]) {
      expect(Object.keys(codes)).toEqual(Object.keys(codes).toSorted());
      for (const [code, { when, remedy }] of Object.entries(codes)) {
        expect([code, when, remedy]).toEqual([
          code,
          expect.stringMatching(/^[A-Z`].*\.$/),
          expect.stringMatching(/^[A-Z`].*[.?]$/),
        ]);
      }
    }
  });
});
