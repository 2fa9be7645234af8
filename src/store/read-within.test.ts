import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readWithin } from "./read-within.ts";

const written = (text: string, use: (path: string) => void) => {
  const folder = mkdtempSync(join(tmpdir(), "read-file-"));
  try {
    writeFileSync(join(folder, "f"), text);
    use(join(folder, "f"));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

describe("readWithin", () => {
  it("reads files of any length up to the limit", () => {
    for (const text of ["", "a", "ä".repeat(100_000)]) {
      written(text, (path) => expect(readWithin(path).toString("utf8")).toBe(text));
    }
    written("12345", (path) => expect(readWithin(path, 5).length).toBe(5));
  });

  it("stops at the limit", () => {
    written("12345", (path) => expect(() => readWithin(path, 4)).toThrow("more than 4 bytes"));
  });

  it.runIf(existsSync("/dev/zero"))("stops in an endless file", () => {
    expect(() => readWithin("/dev/zero", 2 ** 20)).toThrow(RangeError);
  });
});
